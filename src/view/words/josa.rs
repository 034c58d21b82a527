//! Korean particles, which follow the sound before them: 노드는, 파드는, but 디플로이먼트를 and 컨테이너를.

/// A particle in its two forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Josa {
    /// 은/는
    Topic,
    /// 이/가
    Subject,
    /// 을/를
    Object,
    /// 과/와
    With,
    /// 으로/로, which an ㄹ at the end does not lengthen
    Toward,
}

/// How a word ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Vowel,
    Rieul,
    Consonant,
}

impl Josa {
    /// The form that follows `word`.
    pub fn after(self, word: &str) -> &'static str {
        let ending = ending(word);
        let closed = ending != Ending::Vowel;
        match self {
            Self::Topic if closed => "은",
            Self::Topic => "는",
            Self::Subject if closed => "이",
            Self::Subject => "가",
            Self::Object if closed => "을",
            Self::Object => "를",
            Self::With if closed => "과",
            Self::With => "와",
            Self::Toward if ending == Ending::Consonant => "으로",
            Self::Toward => "로",
        }
    }

    /// `word` with the particle.
    pub fn join(self, word: &str) -> String {
        format!("{word}{}", self.after(word))
    }
}

/// How the last letter or digit of `word` sounds when it is read aloud in Korean.
fn ending(word: &str) -> Ending {
    let last = word.chars().rev().find(|c| c.is_alphanumeric());
    match last {
        Some(c @ '가'..='힣') => match (c as u32 - '가' as u32) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        // 영 일 삼 육 칠 팔 end in a consonant, 이 사 오 구 do not.
        Some('1' | '7' | '8') => Ending::Rieul,
        Some('0' | '3' | '6') => Ending::Consonant,
        // 엘 and 알 end in ㄹ; 엠 and 엔 in another consonant. Read letter by letter, every other
        // letter of the alphabet ends in a vowel, which is also how most names sound.
        Some('l' | 'L' | 'r' | 'R') => Ending::Rieul,
        Some('m' | 'M' | 'n' | 'N') => Ending::Consonant,
        _ => Ending::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_follow_the_sound() {
        let check = |josa: Josa, word, expected| assert_eq!(josa.join(word), expected);
        check(Josa::Topic, "노드", "노드는");
        check(Josa::Topic, "레플리카셋", "레플리카셋은");
        check(Josa::Subject, "파드", "파드가");
        check(Josa::Subject, "컨트롤 플레인", "컨트롤 플레인이");
        check(Josa::Object, "디플로이먼트", "디플로이먼트를");
        check(Josa::Object, "httpd.yaml", "httpd.yaml을");
        check(Josa::With, "node-2", "node-2와");
        check(Josa::Toward, "node-3", "node-3으로");
        check(Josa::Toward, "node-1", "node-1로");
        check(Josa::Toward, "서울", "서울로");
        check(Josa::Toward, "master-2", "master-2로");
        check(Josa::Object, "“web”", "“web”를");
        check(Josa::Topic, "", "는");
    }
}

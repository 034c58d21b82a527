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
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    match word.chars().next_back() {
        Some(c @ '가'..='힣') => match (c as u32 - '가' as u32) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        // 영 일 삼 육 칠 팔 end in a consonant, 이 사 오 구 do not.
        Some('1' | '7' | '8') => Ending::Rieul,
        Some('0' | '3' | '6') => Ending::Consonant,
        Some(c) if c.is_ascii_alphabetic() => latin_ending(word),
        _ => Ending::Vowel,
    }
}

/// How a word in Latin letters ends: 서버 and 파드 in a vowel, 웹 and 셋 in a consonant.
fn latin_ending(word: &str) -> Ending {
    let lower = word.to_ascii_lowercase();
    let mut back = lower.chars().rev().take_while(char::is_ascii_alphabetic);
    let is_vowel = |c: char| "aeiouy".contains(c);
    match (back.next(), back.next(), back.next()) {
        // A letter alone is read by its name: 엘, 알, 엠, 엔.
        (Some('r'), None, _) | (Some('l'), ..) => Ending::Rieul,
        (Some('m' | 'n'), ..) | (Some('g'), Some('n'), _) => Ending::Consonant,
        // After a short vowel a stop closes the syllable: web, set, commit. After a long one it
        // does not: heartbeat.
        (Some('b' | 'p' | 't' | 'k' | 'c'), Some(vowel), before)
            if is_vowel(vowel) && !before.is_some_and(is_vowel) =>
        {
            Ending::Consonant
        }
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
        check(Josa::Object, "“web”", "“web”을");
        check(Josa::Subject, "apiserver", "apiserver가");
        check(Josa::Object, "ReplicaSet", "ReplicaSet을");
        check(Josa::Object, "MsgHeartbeat", "MsgHeartbeat를");
        check(Josa::Toward, "kubectl", "kubectl로");
        check(Josa::Subject, "c9v2m", "c9v2m이");
        check(Josa::Subject, "w7h5r", "w7h5r이");
        check(Josa::Topic, "", "는");
    }
}

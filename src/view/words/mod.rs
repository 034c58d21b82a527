//! What the page says, in Korean and in English.
//!
//! Every message is a method of [`Lang`] with both texts side by side, so that a missing one does
//! not compile. What Kubernetes says stays in Kubernetes' words: kinds, fields, commands, reasons
//! and the states of pods are never translated. Korean follows the glossary of the Kubernetes
//! documentation (파드, 노드, 디플로이먼트, 컨트롤 플레인) and its plain style.

mod chrome;
pub mod josa;
mod panels;
mod raft;
mod raft_terms;
pub mod scenes;
mod stage;
mod story;
mod time;

/// A language of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Lang {
    /// Its tag, for the `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// The other language.
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Ko,
            Self::Ko => Self::En,
        }
    }

    /// The language a tag such as `ko-KR` asks for.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "ko" => Some(Self::Ko),
            _ => None,
        }
    }

    /// The language of the page: what its address asks for in `?lang=`, else in its path
    /// (`/ko/`), else what the browser prefers, else English.
    pub fn choose(query: Option<&str>, path: &str, preferred: &str) -> Self {
        let from_path = || path.split('/').find_map(Self::from_tag);
        (query.and_then(Self::from_tag))
            .or_else(from_path)
            .or_else(|| Self::from_tag(preferred))
            .unwrap_or_default()
    }

    /// The one of two texts that is in this language; texts come in English, then Korean.
    pub const fn pick<T>(self, texts: &[T; 2]) -> &T {
        &texts[self as usize]
    }
}

/// CodeMirror's words, in English as it knows them, then in Korean.
pub const EDITOR_PHRASES: [[&str; 2]; 25] = [
    ["Find", "찾기"],
    ["Replace", "바꿀 말"],
    ["next", "다음"],
    ["previous", "이전"],
    ["all", "모두 선택"],
    ["match case", "대소문자 구분"],
    ["regexp", "정규식"],
    ["by word", "단어 단위"],
    ["replace", "바꾸기"],
    ["replace all", "모두 바꾸기"],
    ["close", "닫기"],
    ["current match", "지금 찾은 곳"],
    ["on line", "위치한 행:"],
    ["replaced $ matches", "$곳을 바꾸었다"],
    ["replaced match on line $", "$행에서 바꾸었다"],
    ["Go to line", "행으로 이동"],
    ["go", "이동"],
    ["Completions", "자동 완성"],
    ["Diagnostics", "문제"],
    ["No diagnostics", "문제없음"],
    ["Folded lines", "접힌 행"],
    ["Unfolded lines", "펼친 행"],
    ["Fold line", "접기"],
    ["Unfold line", "펼치기"],
    ["folded code", "접힌 부분"],
];

/// Messages without arguments: `name = "English", "한국어";`.
macro_rules! words {
    ($($name:ident = $en:literal, $ko:literal;)*) => {
        impl $crate::view::words::Lang {
            $(
                #[doc = concat!("“", $en, "”")]
                pub const fn $name(self) -> &'static str {
                    match self {
                        Self::En => $en,
                        Self::Ko => $ko,
                    }
                }
            )*
        }
    };
}

/// Messages with arguments: `name(argument: Type) = English, Korean;`, both as expressions.
macro_rules! phrases {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),+) = $en:expr, $ko:expr;)*) => {
        impl $crate::view::words::Lang {
            $(
                $(#[$doc])*
                pub fn $name(self, $($arg: $ty),+) -> String {
                    match self {
                        Self::En => $en,
                        Self::Ko => $ko,
                    }
                }
            )*
        }
    };
}

use {phrases, words};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_decides_before_the_browser() {
        let check = |query, path, preferred, lang| {
            assert_eq!(Lang::choose(query, path, preferred), lang);
        };
        check(Some("ko"), "/en/", "en-US", Lang::Ko);
        check(None, "/orrery/ko/", "en-US", Lang::Ko);
        check(None, "/", "ko-KR", Lang::Ko);
        check(Some("fr"), "/", "de", Lang::En);
    }

    #[test]
    fn texts_come_in_the_order_of_the_languages() {
        let texts = ["nodes", "노드"];
        assert_eq!(*Lang::En.pick(&texts), "nodes");
        assert_eq!(*Lang::Ko.pick(&texts), "노드");
    }
}

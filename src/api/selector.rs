//! Label selectors as people write them: `app=web,tier in (a,b),!old`.
//!
//! Models the lexer and parser of apimachinery/pkg/labels/selector.go, with their errors.

use super::labels::{Operator, Requirement, Selector};
use super::validation::{label_value, qualified_name};
use super::{Str, quote};

const BINARY_OPERATORS: &str = "in, notin, =, ==, !=, gt, lt";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'a> {
    Word(&'a str),
    Symbol(&'a str),
    End,
}

impl<'a> Token<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::Word(text) | Self::Symbol(text) => text,
            Self::End => "",
        }
    }
}

impl Selector {
    /// Reads a selector. An error says what the API server says about it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { tokens: tokens(text), at: 0 };
        let mut requirements = Vec::new();
        loop {
            match parser.peek() {
                Token::Word(_) | Token::Symbol("!") => {
                    let requirement = parser.requirement();
                    let refuse = |error| format!("unable to parse requirement: {error}");
                    requirements.push(requirement.map_err(refuse)?);
                }
                Token::End => return Ok(Self::from_requirements(requirements)),
                other => {
                    let found = other.text();
                    return Err(format!(
                        "found '{found}', expected: !, identifier, or 'end of string'"
                    ));
                }
            }
            match (parser.next(), parser.peek()) {
                (Token::End, _) => return Ok(Self::from_requirements(requirements)),
                (Token::Symbol(","), Token::Word(_) | Token::Symbol("!")) => {}
                (Token::Symbol(","), other) => {
                    let found = other.text();
                    return Err(format!("found '{found}', expected: identifier after ','"));
                }
                (other, _) => {
                    let found = other.text();
                    return Err(format!("found '{found}', expected: ',' or 'end of string'"));
                }
            }
        }
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    const SYMBOLS: [&str; 9] = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"];
    let is_symbol = |c: char| "=!(),><".contains(c);
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
        let len = match symbol {
            Some(symbol) => symbol.len(),
            None => rest.find(|c| is_symbol(c) || is_space(c)).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(len);
        tokens.push(if symbol.is_some() { Token::Symbol(token) } else { Token::Word(token) });
        rest = after.trim_start_matches(is_space);
    }
    tokens
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Token<'a> {
        self.tokens.get(self.at).copied().unwrap_or(Token::End)
    }

    fn next(&mut self) -> Token<'a> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut token = self.next();
        let absent = token == Token::Symbol("!");
        if absent {
            token = self.next();
        }
        let Token::Word(key) = token else {
            return Err(format!("found '{}', expected: identifier", token.text()));
        };
        invalid("<nil>", key, &qualified_name(key))?;
        let ends = matches!(self.peek(), Token::End | Token::Symbol(","));
        if absent || ends {
            let operator = if absent { Operator::DoesNotExist } else { Operator::Exists };
            return Ok(Requirement { key: key.into(), operator, values: [].into() });
        }
        let operator = self.operator()?;
        let mut values = match operator {
            Operator::In | Operator::NotIn => self.values()?,
            _ => vec![self.exact_value()?],
        };
        values.sort();
        values.dedup();
        check_values(key, operator, &values)?;
        let values = values.into_iter().map(Str::from).collect();
        Ok(Requirement { key: key.into(), operator, values })
    }

    fn operator(&mut self) -> Result<Operator, String> {
        let token = self.next();
        Ok(match token.text() {
            "in" => Operator::In,
            "notin" => Operator::NotIn,
            "=" => Operator::Equals,
            "==" => Operator::DoubleEquals,
            "!=" => Operator::NotEquals,
            ">" => Operator::GreaterThan,
            "<" => Operator::LessThan,
            found => return Err(format!("found '{found}', expected: {BINARY_OPERATORS}")),
        })
    }

    fn exact_value(&mut self) -> Result<&'a str, String> {
        match self.peek() {
            Token::End | Token::Symbol(",") => Ok(""),
            Token::Word(value) => {
                self.next();
                Ok(value)
            }
            Token::Symbol(found) => Err(format!("found '{found}', expected: identifier")),
        }
    }

    /// `(a,b)`, in which values may be empty.
    fn values(&mut self) -> Result<Vec<&'a str>, String> {
        let token = self.next();
        if token != Token::Symbol("(") {
            return Err(format!("found '{}' expected: '('", token.text()));
        }
        let first = self.peek();
        if !matches!(first, Token::Word(_) | Token::Symbol("," | ")")) {
            let found = first.text();
            return Err(format!("found '{found}', expected: ',', ')' or identifier"));
        }
        let mut values = Vec::new();
        let mut expects_value = true;
        loop {
            match self.next() {
                Token::Word(value) if expects_value => {
                    values.push(value);
                    expects_value = false;
                }
                Token::Symbol(mark @ ("," | ")")) => {
                    if expects_value {
                        values.push("");
                    }
                    if mark == ")" {
                        return Ok(values);
                    }
                    expects_value = true;
                }
                other if expects_value => {
                    let found = other.text();
                    return Err(format!("found '{found}', expected: ',', or identifier"));
                }
                other => return Err(format!("found '{}', expected: ',' or ')'", other.text())),
            }
        }
    }
}

fn check_values(key: &str, operator: Operator, values: &[&str]) -> Result<(), String> {
    let compares = matches!(operator, Operator::GreaterThan | Operator::LessThan);
    if compares && values.iter().any(|value| value.parse::<i64>().is_err()) {
        let value = quote(values.first().copied().unwrap_or_default());
        return Err(format!(
            "values[0]: Invalid value: {value}: for 'Gt', 'Lt' operators, the value must be an \
             integer"
        ));
    }
    for (at, value) in values.iter().enumerate() {
        invalid(&format!("values[{at}][{key}]"), value, &label_value(value))?;
    }
    Ok(())
}

fn invalid(path: &str, value: &str, messages: &[impl AsRef<str>]) -> Result<(), String> {
    if messages.is_empty() {
        return Ok(());
    }
    let all: Vec<_> = messages.iter().map(AsRef::as_ref).collect();
    Err(format!("{path}: Invalid value: {}: {}", quote(value), all.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let selector = Selector::parse(text).map(|selector| selector.to_string());
        assert_eq!(selector.as_deref().map_err(String::as_str), expected, "{text}");
    }

    #[test]
    fn every_operator() {
        check("app=web,type==x", Ok("app=web,type==x"));
        check(" tier in ( b , a ) , !old, new", Ok("new,!old,tier in (a,b)"));
        check("env notin (dev)", Ok("env notin (dev)"));
        check("app=web,env!=prod", Ok("app=web,env!=prod"));
        check("a=", Ok("a="));
        check("a in ()", Ok("a in ()"));
        check("a in (,x)", Ok("a in (,x)"));
        check("n>1,m<3", Ok("m<3,n>1"));
        check("in in (in)", Ok("in in (in)"));
        check("", Ok(""));
    }

    #[test]
    fn errors_are_those_of_the_server() {
        check("env in (dev", Err("unable to parse requirement: found '', expected: ',' or ')'"));
        check("=x", Err("found '=', expected: !, identifier, or 'end of string'"));
        check("a,", Err("found '', expected: identifier after ','"));
        check("a=b c", Err("found 'c', expected: ',' or 'end of string'"));
        check("a in x", Err("unable to parse requirement: found 'x' expected: '('"));
        check(
            "a b",
            Err("unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        );
        let error = Selector::parse("a/b/c=d").unwrap_err();
        assert!(
            error.starts_with("unable to parse requirement: <nil>: Invalid value: \"a/b/c\": ")
        );
        let error = Selector::parse("app=-x").unwrap_err();
        assert!(error.contains("values[0][app]: Invalid value: \"-x\": a valid label must be"));
    }
}

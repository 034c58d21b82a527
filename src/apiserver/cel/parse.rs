//! Expressions as trees.
//!
//! Models the grammar of cel-spec/doc/langdef.md; macros are calls whose arguments the evaluator
//! takes unevaluated.

use super::token::{Kind, Token, tokens};
use crate::api::Str;

/// An expression, and where it begins, in bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub node: Node,
    /// Where it begins.
    pub at: usize,
}

/// What an expression is.
#[derive(Clone, PartialEq, Debug)]
pub enum Node {
    /// A literal.
    Literal(Kind),
    /// A variable.
    Name(Str),
    /// `a.b`; the flag says that it may be missing (`a.?b`).
    Field(Box<Expr>, Str, bool),
    /// `a[b]`; the flag says that it may be missing (`a[?b]`).
    Index(Box<Expr>, Box<Expr>, bool),
    /// `f(…)` or `a.f(…)`.
    Call(Option<Box<Expr>>, Str, Vec<Expr>),
    /// `a && b` and the like.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `!a` or `-a`.
    Unary(&'static str, Box<Expr>),
    /// `a ? b : c`.
    Choice(Box<[Expr; 3]>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{a: b}`.
    Map(Vec<(Expr, Expr)>),
}

/// What is wrong with a text, and where.
pub type Mistake = (usize, String);

/// Expressions in expressions: no deeper than this.
const DEPTH_MAX: usize = 60;

/// Binary operators, the weakest first.
const LEVELS: [&[&str]; 5] =
    [&["||"], &["&&"], &["<=", ">=", "==", "!=", "<", ">", "in"], &["+", "-"], &["*", "/", "%"]];

/// Reads an expression.
pub fn parse(text: &str) -> Result<Expr, Mistake> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, next: 0, depth: 0 };
    let expr = parser.expr()?;
    match &parser.peek().kind {
        Kind::End => Ok(expr),
        _ => Err(parser.unexpected("<EOF>")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn is(&self, sign: &str) -> bool {
        match &self.peek().kind {
            Kind::Sign(own) => *own == sign,
            Kind::Name(name) => sign == "in" && name == "in",
            _ => false,
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        self.next += usize::from(is);
        is
    }

    fn need(&mut self, sign: &str) -> Result<(), Mistake> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected(&format!("'{sign}'"))) }
    }

    fn unexpected(&self, expected: &str) -> Mistake {
        let token = self.peek();
        let shown = match &token.kind {
            Kind::End => "<EOF>".to_owned(),
            Kind::Name(name) => name.to_string(),
            Kind::Sign(sign) => (*sign).to_owned(),
            Kind::Text(text) => format!("\"{text}\""),
            other => format!("{other:?}"),
        };
        (token.at, format!("Syntax error: mismatched input '{shown}' expecting {expected}"))
    }

    fn expr(&mut self) -> Result<Expr, Mistake> {
        self.depth += 1;
        let at = self.peek().at;
        if self.depth > DEPTH_MAX {
            return Err((at, "expression recursion limit exceeded".into()));
        }
        let condition = self.binary(0)?;
        let expr = if self.take("?") {
            let yes = self.binary(0)?;
            self.need(":")?;
            let no = self.expr()?;
            Expr { node: Node::Choice(Box::new([condition, yes, no])), at }
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn binary(&mut self, level: usize) -> Result<Expr, Mistake> {
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(sign) = signs.iter().find(|sign| self.is(sign)) {
            self.next += 1;
            let right = self.binary(level + 1)?;
            let at = left.at;
            left = Expr { node: Node::Binary(sign, Box::new(left), Box::new(right)), at };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Mistake> {
        let at = self.peek().at;
        for sign in ["!", "-"] {
            if self.take(sign) {
                self.depth += 1;
                if self.depth > DEPTH_MAX {
                    return Err((at, "expression recursion limit exceeded".into()));
                }
                let inner = self.unary()?;
                self.depth -= 1;
                return Ok(Expr { node: Node::Unary(sign, Box::new(inner)), at });
            }
        }
        self.member()
    }

    fn member(&mut self) -> Result<Expr, Mistake> {
        let mut expr = self.primary()?;
        loop {
            let at = expr.at;
            let node = if self.take(".") {
                let may_miss = self.take("?");
                let Kind::Name(name) = self.peek().kind.clone() else {
                    return Err(self.unexpected("IDENTIFIER"));
                };
                self.next += 1;
                match self.take("(") {
                    true => Node::Call(Some(Box::new(expr)), name, self.list(")")?),
                    false => Node::Field(Box::new(expr), name, may_miss),
                }
            } else if self.take("[") {
                let may_miss = self.take("?");
                let index = self.expr()?;
                self.need("]")?;
                Node::Index(Box::new(expr), Box::new(index), may_miss)
            } else {
                return Ok(expr);
            };
            expr = Expr { node, at };
        }
    }

    fn primary(&mut self) -> Result<Expr, Mistake> {
        let Token { kind, at } = self.peek().clone();
        self.next += 1;
        let node = match kind {
            Kind::Sign("(") => {
                let inner = self.expr()?;
                self.need(")")?;
                return Ok(inner);
            }
            Kind::Sign("[") => Node::List(self.list("]")?),
            Kind::Sign("{") => Node::Map(self.entries()?),
            // A name of the outermost scope.
            Kind::Sign(".") => return self.primary(),
            Kind::Name(name) if self.take("(") => Node::Call(None, name, self.list(")")?),
            Kind::Name(name) if name != "in" => Node::Name(name),
            Kind::Int(_) | Kind::Uint(_) | Kind::Double(_) | Kind::Text(_) | Kind::Bytes(_) => {
                Node::Literal(kind)
            }
            _ => {
                self.next -= 1;
                return Err(self.unexpected(
                    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, \
                     NUM_UINT, STRING, BYTES, IDENTIFIER}",
                ));
            }
        };
        Ok(Expr { node, at })
    }

    /// Expressions up to `end`.
    fn list(&mut self, end: &str) -> Result<Vec<Expr>, Mistake> {
        let mut items = Vec::new();
        while !self.take(end) {
            if !items.is_empty() {
                self.need(",")?;
                if self.take(end) {
                    break;
                }
            }
            items.push(self.expr()?);
        }
        Ok(items)
    }

    fn entries(&mut self) -> Result<Vec<(Expr, Expr)>, Mistake> {
        let mut entries = Vec::new();
        while !self.take("}") {
            if !entries.is_empty() {
                self.need(",")?;
                if self.take("}") {
                    break;
                }
            }
            let key = self.expr()?;
            self.need(":")?;
            entries.push((key, self.expr()?));
        }
        Ok(entries)
    }
}

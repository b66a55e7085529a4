//! The code of one cell: does it parse, and does it end in a value that is shown?

use std::ops::Range;

use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{Block, Expr, Pat, Stmt};

#[derive(Clone, PartialEq, Debug)]
pub struct Code {
    pub text: String,
    /// Where the last expression stands when it has no `;`: the kernel shows its value.
    pub value: Option<Range<usize>>,
    /// Whether a `&` before it would only take its first part: `a + b`.
    loose: bool,
    /// Whether there is nothing but items (`fn`, `struct`, `use`) in it.
    pub only_items: bool,
}

impl Code {
    /// Reads a cell's Rust, or says what is wrong with it.
    pub fn read(text: &str) -> Result<Code, String> {
        let statements = Block::parse_within.parse_str(text).map_err(|error| {
            format!("does not parse: line {}: {error}", error.span().start().line)
        })?;
        let Some(last) = statements.last() else {
            return Err("has no code: delete it, or make it a markdown cell".into());
        };
        if let Some(statement) = statements.iter().find(|statement| drops_an_error(statement)) {
            let line = statement.span().start().line;
            return Err(format!(
                "throws a result away in line {line} (`let _ =` or `.ok();`): an `Err` would go unseen; use `?`"
            ));
        }
        let value = match last {
            Stmt::Expr(value, None) => Some((value.span(), gives_nothing(value))),
            Stmt::Macro(call) if call.semi_token.is_none() => {
                Some((call.span(), is_statement(&call.mac)))
            }
            _ => None,
        };
        if let Some((_, true)) = value {
            return Err("ends without a value, which shows as `()`: end it with `;`".into());
        }
        let value = value.map(|(span, _)| span.byte_range());
        let loose = matches!(
            last,
            Stmt::Expr(Expr::Binary(_) | Expr::Cast(_) | Expr::Closure(_) | Expr::Range(_), None)
        );
        let only_items = statements.iter().all(|statement| matches!(statement, Stmt::Item(_)));
        Ok(Code { text: text.to_owned(), value, loose, only_items })
    }

    /// The code with its last value passed on, as a reference, to a call between `before` and `after`.
    pub fn with_value_in(&self, before: &str, after: &str) -> String {
        let Some(Range { start, end }) = self.value.clone() else {
            return self.text.clone();
        };
        let (head, value, tail) = (&self.text[..start], &self.text[start..end], &self.text[end..]);
        match self.loose {
            true => format!("{head}{before}&({value}){after}{tail}"),
            false => format!("{head}{before}&{value}{after}{tail}"),
        }
    }
}

/// `let _ = f();`, `_ = f();` and `f().ok();`: ways to lose an `Err` that the compiler allows.
fn drops_an_error(statement: &Stmt) -> bool {
    match statement {
        Stmt::Local(local) => match &local.pat {
            Pat::Type(typed) => matches!(*typed.pat, Pat::Wild(_)),
            pattern => matches!(pattern, Pat::Wild(_)),
        },
        Stmt::Expr(Expr::Assign(assign), _) => matches!(*assign.left, Expr::Infer(_)),
        Stmt::Expr(Expr::MethodCall(call), Some(_)) => call.method == "ok" && call.args.is_empty(),
        _ => false,
    }
}

fn gives_nothing(value: &Expr) -> bool {
    match value {
        Expr::ForLoop(_) | Expr::While(_) | Expr::Assign(_) => true,
        Expr::If(branch) => branch.else_branch.is_none(),
        Expr::Macro(call) => is_statement(&call.mac),
        _ => false,
    }
}

fn is_statement(call: &syn::Macro) -> bool {
    let names = ["println", "print", "eprintln", "eprint", "assert", "assert_eq", "assert_ne"];
    call.path.get_ident().is_some_and(|called| names.iter().any(|name| called == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_expression_is_the_value() {
        for (text, value) in [
            ("let x = 1; x + 1", Some("x + 1")),
            ("let x = 1;\n// what it is\nx // trailing\n", Some("x")),
            ("vec![1.0, 2.0]", Some("vec![1.0, 2.0]")),
            ("let hat = \"ŷ\"; hat", Some("hat")),
            ("{ 5 }", Some("{ 5 }")),
            ("if a { 1 } else { 2 }", Some("if a { 1 } else { 2 }")),
            ("let x = 1;", None),
            ("fn f() -> f64 { 1.0 }", None),
            ("println!(\"a\");", None),
            ("for i in 0..2 { f(i); };", None),
        ] {
            let code = Code::read(text).unwrap();
            assert_eq!(code.value.map(|range| &text[range]), value, "{text}");
        }
        for (text, shown) in [
            ("let x = 1;\nx // it\n", "let x = 1;\nshow(&x)?; // it\n"),
            ("x + 1", "show(&(x + 1))?;"),
            ("f(x)?.y()", "show(&f(x)?.y())?;"),
            ("let x = 1;", "let x = 1;"),
        ] {
            assert_eq!(Code::read(text).unwrap().with_value_in("show(", ")?;"), shown);
        }
    }

    #[test]
    fn what_hides_a_failure_is_refused() {
        for (text, why) in [
            ("let x = ;", "line 1"),
            ("let x = 1;\nlet y = (;", "line 2"),
            ("let x = 1", "does not parse"),
            ("// nothing", "no code"),
            ("let a = 1;\nlet _ = f(a);", "line 2"),
            ("let _: Result<(), String> = f();", "throws a result away"),
            ("_ = f();", "throws a result away"),
            ("f().ok();", "throws a result away"),
            ("for i in 0..2 { f(i); }", "`()`"),
            ("if a { f(); }", "`()`"),
            ("println!(\"a\")", "`()`"),
        ] {
            let fault = Code::read(text).expect_err(text);
            assert!(fault.contains(why), "{text}: {fault}");
        }
    }
}

//! A cell that the compiler is to refuse, to show a reader what an error looks like.
//!
//! It is tagged `raises-exception` and names the error in its first line: `// E0382`. It is no part of
//! its section's test, which must compile; `cargo notebooks` checks that the kernel refuses it.

/// The code of the error in a cell's first line, or what is wrong with the cell.
pub fn code_of(source: &str) -> Result<&str, String> {
    let first = source.lines().next().unwrap_or_default();
    let code = first.strip_prefix("// ").filter(|code| is_code(code)).ok_or_else(|| {
        format!(
            "is tagged `raises-exception`, so its first line names the compiler's error, such as `// E0382`, and is `{first}`"
        )
    })?;
    match source.chars().find(|letter| !letter.is_ascii()) {
        None => Ok(code),
        Some(letter) => Err(format!(
            "is tagged `raises-exception` and has a `{letter}`: evcxr shows an error's code and place only where all letters are plain (ASCII)"
        )),
    }
}

fn is_code(text: &str) -> bool {
    text.strip_prefix('E').is_some_and(|digits| {
        digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_names_the_error() {
        assert_eq!(code_of("// E0382\nlet a = b;"), Ok("E0382"));
        for (source, why) in [
            ("let a = b;", "is `let a = b;`"),
            ("// E382\nlet a = b;", "is `// E382`"),
            ("// E0382, moved\nlet a = b;", "is `// E0382, moved`"),
            ("let a = b;\n// E0382", "names the compiler's error"),
            ("// E0382\nlet hat = \"\u{177}\";", "has a `\u{177}`"),
            ("", "is ``"),
        ] {
            let fault = code_of(source).expect_err(source);
            assert!(fault.contains(why), "{source}: {fault}");
        }
    }
}

//! Reads the Rust sources of the rooms as a reviewer would: without comments, words in quotes and tests.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder that holds the whole project.
pub fn project() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// One source file of a room.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path from the project's folder, with `/`.
    pub path: String,
    /// The file without comments, quoted words and test modules; line numbers are kept.
    pub code: String,
    /// Lines that are not blank and not in a test module; comments count.
    pub line_count: usize,
}

/// One function and its length, from the line of `fn` to its closing brace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Name of the function.
    pub name: String,
    /// Line on which it begins.
    pub line: usize,
    /// Number of lines.
    pub length: usize,
}

/// The names of the rooms: the folders in `crates`, in alphabetical order.
pub fn rooms() -> Vec<String> {
    let mut rooms = Vec::new();
    for entry in entries(&project().join("crates")) {
        if entry.join("Cargo.toml").is_file()
            && let Some(name) = entry.file_name()
        {
            rooms.push(name.to_string_lossy().into_owned());
        }
    }
    rooms
}

/// The source files of a room, without those that exist for tests only.
pub fn files_of(room: &str) -> Vec<SourceFile> {
    let folder = project().join("crates").join(room).join("src");
    let mut paths = Vec::new();
    collect(&folder, &mut paths);
    let mut texts = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        texts.push((path, text));
    }
    let mut test_only = Vec::new();
    for (path, text) in &texts {
        test_only.extend(test_modules_of(path, &without_words(text)));
    }
    let mut files = Vec::new();
    for (path, text) in texts {
        let is_test_only = test_only
            .iter()
            .any(|test: &PathBuf| path == test.with_extension("rs") || path.starts_with(test));
        if !is_test_only {
            files.push(source_file(&path, &text));
        }
    }
    files
}

fn source_file(path: &Path, text: &str) -> SourceFile {
    let code = without_tests(&without_words(text));
    let mut line_count = 0;
    for (original, code) in text.lines().zip(code.lines()) {
        // A line blanked as a test is marked, so that a comment, which is blank in `code` too, still counts.
        if !original.trim().is_empty() && code != TEST_LINE {
            line_count += 1;
        }
    }
    let project = project();
    let path = path
        .strip_prefix(&project)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/");
    SourceFile {
        path,
        code: code.replace(TEST_LINE, ""),
        line_count,
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    if let Ok(entries) = fs::read_dir(folder) {
        paths.extend(entries.flatten().map(|entry| entry.path()));
    }
    paths.sort();
    paths
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The files, without their ending, that `#[cfg(test)] mod name;` declares in a file.
fn test_modules_of(path: &Path, code: &str) -> Vec<PathBuf> {
    let folder = match path.file_stem().map(|stem| stem.to_string_lossy().into_owned()) {
        Some(stem) if stem != "lib" && stem != "main" => path.with_extension(""),
        _ => path.parent().map(Path::to_path_buf).unwrap_or_default(),
    };
    let mut modules = Vec::new();
    for after in code.split("#[cfg(test)]").skip(1) {
        let declaration = after
            .trim_start()
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ");
        if let Some(rest) = declaration.strip_prefix("mod ")
            && let Some((name, _)) = rest.split_once(';')
            && !name.contains('{')
        {
            modules.push(folder.join(name.trim()));
        }
    }
    modules
}

/// Stands for a line of a test module until lines are counted; cannot occur in source.
const TEST_LINE: &str = "\u{0}";

/// Replaces every `#[cfg(test)] mod name { … }` by marked lines.
fn without_tests(code: &str) -> String {
    let lines: Vec<&str> = code.lines().collect();
    let mut kept: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let opens_tests = lines[at].trim() == "#[cfg(test)]"
            && lines
                .get(at + 1)
                .is_some_and(|next| next.trim_start().contains("mod ") && next.contains('{'));
        let end = if opens_tests {
            closing_line(&lines, at + 1)
        } else {
            at
        };
        for line in &lines[at..=end] {
            kept.push(if opens_tests {
                TEST_LINE.to_owned()
            } else {
                (*line).to_owned()
            });
        }
        at = end + 1;
    }
    kept.join("\n")
}

/// The line on which the first brace opened at or after a line is closed, or the semicolon that comes
/// before any brace; the last line when neither is found.
fn closing_line(lines: &[&str], start: usize) -> usize {
    let mut depth = 0_i64;
    let mut brackets = 0_i64;
    for (at, line) in lines.iter().enumerate().skip(start) {
        for character in line.chars() {
            match character {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets -= 1,
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        return at;
                    }
                }
                ';' if depth == 0 && brackets == 0 => return at,
                _ => {}
            }
        }
    }
    lines.len() - 1
}

/// The functions of a file that have a body.
pub fn functions_of(file: &SourceFile) -> Vec<Function> {
    let lines: Vec<&str> = file.code.lines().collect();
    let mut functions = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let end = closing_line(&lines, at);
        if lines[end].contains('}') {
            functions.push(Function {
                name,
                line: at + 1,
                length: end - at + 1,
            });
        }
    }
    functions
}

/// The name in `… fn name(…`, where a line begins a function.
fn function_name(line: &str) -> Option<String> {
    let (before, after) = line.split_once("fn ")?;
    let words = [
        "pub",
        "pub(crate)",
        "pub(super)",
        "async",
        "const",
        "extern",
        "unsafe",
        "default",
    ];
    let is_declaration = before
        .split_whitespace()
        .all(|word| words.contains(&word) || word.starts_with("pub(in"));
    let name: String = after
        .chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_')
        .collect();
    (is_declaration && !name.is_empty()).then_some(name)
}

/// Blanks comments and everything in quotes, keeping line breaks, so that braces and words left are code.
pub fn without_words(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let end = end_of_words(&characters, at);
        if end == at {
            code.push(characters[at]);
            at += 1;
        } else {
            for character in &characters[at..end] {
                code.push(if *character == '\n' { '\n' } else { ' ' });
            }
            at = end;
        }
    }
    code
}

/// Where a comment or quotation that begins here ends, or the same place if none begins.
fn end_of_words(characters: &[char], at: usize) -> usize {
    let next = characters.get(at + 1).copied();
    match characters[at] {
        '/' if next == Some('/') => end_of_line(characters, at),
        '/' if next == Some('*') => end_of_block(characters, at),
        '"' => end_of_string(characters, at),
        'r' | 'b' | 'c' if !is_inside_a_name(characters, at) => {
            end_of_raw_string(characters, at).unwrap_or(at)
        }
        '\'' => end_of_character(characters, at),
        _ => at,
    }
}

fn is_inside_a_name(characters: &[char], at: usize) -> bool {
    at > 0 && (characters[at - 1].is_alphanumeric() || characters[at - 1] == '_')
}

fn end_of_line(characters: &[char], mut at: usize) -> usize {
    while at < characters.len() && characters[at] != '\n' {
        at += 1;
    }
    at
}

fn end_of_block(characters: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at + 1 < characters.len() {
        match (characters[at], characters[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    characters.len()
}

fn end_of_string(characters: &[char], at: usize) -> usize {
    let mut at = at + 1;
    while at < characters.len() && characters[at] != '"' {
        at += if characters[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(characters.len())
}

/// `r"…"`, `r#"…"#` and their byte and C forms.
fn end_of_raw_string(characters: &[char], start: usize) -> Option<usize> {
    let mut at = start;
    if matches!(characters[at], 'b' | 'c') {
        at += 1;
    }
    if characters.get(at) != Some(&'r') {
        return None;
    }
    at += 1;
    let mut hashes = 0;
    while characters.get(at) == Some(&'#') {
        hashes += 1;
        at += 1;
    }
    if characters.get(at) != Some(&'"') {
        return None;
    }
    at += 1;
    while at < characters.len() {
        let closes =
            characters[at] == '"' && (1..=hashes).all(|distance| characters.get(at + distance) == Some(&'#'));
        at += 1;
        if closes {
            return Some((at + hashes).min(characters.len()));
        }
    }
    Some(characters.len())
}

/// A character in quotes; a lifetime (`'a`) is left as it is.
fn end_of_character(characters: &[char], at: usize) -> usize {
    if characters.get(at + 1) == Some(&'\\') {
        let mut end = at + 3;
        while end < characters.len() && characters[end] != '\'' {
            end += 1;
        }
        return (end + 1).min(characters.len());
    }
    if characters.get(at + 2) == Some(&'\'') {
        at + 3
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        source_file(Path::new("sample.rs"), text)
    }

    #[test]
    fn braces_and_names_in_quotes_and_comments_are_not_code() {
        let code = without_words(
            "a(\"{ async \\\" }\"); // fn\n/* { /* } */ } */ b('{', '\\'', r#\"}\"\"#, 'x: loop)",
        );
        for word in ["async", "fn", "{", "}"] {
            assert!(!code.contains(word), "{word} is left in {code}");
        }
        assert!(code.contains("'x: loop") && code.contains("a(") && code.contains("b("));
        assert_eq!(code.lines().count(), 2);
    }

    #[test]
    fn test_modules_do_not_count_but_comments_do() {
        let file = file(
            "//! Words.\n\nfn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() { std::env::var(\"x\"); }\n}\n",
        );
        assert_eq!(file.line_count, 2);
        assert!(!file.code.contains("std::env"));
    }

    #[test]
    fn a_function_is_measured_from_its_name_to_its_brace() {
        let file = file(
            "pub async fn long(\n    a: [u8; 2],\n) -> u8 {\n    if true { 1 } else { 2 }\n}\ntrait T { }\nfn none();\n",
        );
        assert_eq!(
            functions_of(&file),
            [Function {
                name: "long".into(),
                line: 1,
                length: 5
            }]
        );
    }

    #[test]
    fn a_file_that_exists_for_tests_only_is_found_by_its_declaration() {
        let modules = test_modules_of(
            Path::new("src/disclosure.rs"),
            "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod more { }",
        );
        assert_eq!(modules, [PathBuf::from("src/disclosure/tests")]);
    }
}

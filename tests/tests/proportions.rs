//! The house's proportions: long files and functions are where ideas hide from review.

use csm_tests::source::{self, Function, SourceFile};

const LONGEST_FILE: usize = 600;
const LONGEST_FUNCTION: usize = 120;

/// The lengths of one kind in one room, sorted.
struct Lengths(Vec<usize>);

impl Lengths {
    fn new(mut lengths: Vec<usize>) -> Lengths {
        lengths.sort_unstable();
        Lengths(lengths)
    }

    fn percentile(&self, share: usize) -> usize {
        self.0
            .get(self.0.len().saturating_sub(1) * share / 100)
            .copied()
            .unwrap_or(0)
    }

    fn line(&self) -> String {
        format!(
            "{:>5} {:>5} {:>5}",
            self.percentile(50),
            self.percentile(90),
            self.percentile(100)
        )
    }
}

#[test]
fn the_lengths_of_files_and_functions_are_within_bounds() {
    let mut faults = Vec::new();
    println!("                             lines of files    lines of functions");
    println!("room            files  lines   p50   p90   max   p50   p90   max");
    for room in source::rooms() {
        let mut files = Vec::new();
        let mut functions = Vec::new();
        for file in source::files_of(&room) {
            faults.extend(fault_of_file(&file));
            for function in source::functions_of(&file) {
                faults.extend(fault_of_function(&file, &function));
                functions.push(function.length);
            }
            files.push(file.line_count);
        }
        let (count, sum) = (files.len(), files.iter().sum::<usize>());
        let (files, functions) = (Lengths::new(files).line(), Lengths::new(functions).line());
        println!("{room:<14} {count:>6} {sum:>6} {files} {functions}");
    }
    assert!(faults.is_empty(), "out of proportion:\n{}", faults.join("\n"));
}

fn fault_of_file(file: &SourceFile) -> Option<String> {
    let is_long = file.line_count > LONGEST_FILE;
    is_long.then(|| {
        format!(
            "{} has {} lines; {LONGEST_FILE} is the most",
            file.path, file.line_count
        )
    })
}

fn fault_of_function(file: &SourceFile, function: &Function) -> Option<String> {
    let Function { name, line, length } = function;
    let is_long = *length > LONGEST_FUNCTION;
    is_long.then(|| {
        format!(
            "{}:{line}: {name} has {length} lines; {LONGEST_FUNCTION} is the most",
            file.path
        )
    })
}

#[test]
fn nothing_is_left_to_do_in_the_code() {
    let mut faults = Vec::new();
    for room in source::rooms() {
        for file in source::files_of(&room) {
            for (at, line) in file.code.lines().enumerate() {
                if line.contains("todo!") || line.contains("unimplemented!") {
                    faults.push(format!("{}:{}: {}", file.path, at + 1, line.trim()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "unfinished:\n{}", faults.join("\n"));
}

#[test]
fn files_have_the_names_that_the_house_allows() {
    let refused = [
        "mod", "utils", "util", "helpers", "helper", "manager", "common", "types", "models", "misc",
    ];
    for room in source::rooms() {
        for file in source::files_of(&room) {
            let path = file.path.trim_end_matches(".rs");
            let name = path.rsplit('/').next().unwrap_or(path);
            assert!(
                !refused.contains(&name),
                "{}: a file is named after its subject",
                file.path
            );
        }
    }
}

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Something in a spreadsheet that a person can put right, with its sheet, row and column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Name of the sheet; for a text file the name of the file; empty where the file as a whole is meant.
    pub sheet: String,
    /// Row as the spreadsheet program numbers it, from 1; none where the file or a column is meant.
    pub row: Option<u32>,
    /// Letters of the column as the spreadsheet program shows them; empty where the row is meant.
    pub column: String,
    /// Heading of the column as it stands in the file.
    pub heading: String,
    /// Stable code, such as `import.not_a_number`.
    pub code: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Fault {
    /// A fault of the file as a whole.
    pub fn of_file(code: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            sheet: String::new(),
            row: None,
            column: String::new(),
            heading: String::new(),
            code: code.to_owned(),
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// Names the sheet and the row.
    #[must_use]
    pub fn at_row(mut self, sheet: &str, row: u32) -> Self {
        sheet.clone_into(&mut self.sheet);
        self.row = Some(row);
        self
    }

    /// Names the column, counted from 0, and its heading.
    #[must_use]
    pub fn at_column(mut self, index: usize, heading: &str) -> Self {
        self.column = column_letters(index);
        heading.clone_into(&mut self.heading);
        self
    }

    /// Where it is, in words: "sheet Services, row 4, column F (cost_total)".
    pub fn place(&self) -> String {
        let mut parts = Vec::new();
        if !self.sheet.is_empty() {
            parts.push(format!("sheet {}", self.sheet));
        }
        if let Some(row) = self.row {
            parts.push(format!("row {row}"));
        }
        if !self.column.is_empty() {
            parts.push(format!("column {} ({})", self.column, self.heading));
        }
        parts.join(", ")
    }

    /// The same as a problem of a form.
    pub fn problem(&self) -> Problem {
        Problem::at(self.place(), &self.code, &self.message).remedy(&self.remedy)
    }
}

/// The letters of a column counted from 0: 0 is `A`, 25 is `Z`, 26 is `AA`.
pub fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + digit as u8));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet_program() {
        let letters: Vec<String> = [0, 25, 26, 51, 52, 701, 702]
            .into_iter()
            .map(column_letters)
            .collect();
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_fault_says_its_place_in_words() {
        let fault = Fault::of_file("import.not_a_number", "", "")
            .at_row("Services", 4)
            .at_column(5, "cost_total");
        assert_eq!(fault.place(), "sheet Services, row 4, column F (cost_total)");
        assert_eq!(fault.problem().place, fault.place());
    }
}

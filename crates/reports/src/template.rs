//! A spreadsheet to fill in and send back: one heading for each answer, and a guide to what may be written.
//!
//! A template holds no figures, so it does not pass disclosure control.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook,
    Worksheet, XlsxError,
};

use crate::xlsx::WriteError;

/// Rows below the headings for which the spreadsheet program offers the choices.
const ROWS_WITH_CHOICES: u32 = 2_000;
/// Most characters that a spreadsheet program takes for the choices of a cell.
const CHOICE_CHARACTERS: usize = 255;
/// Most choices that are named in the guide; longer lists have a sheet.
const CHOICES_IN_GUIDE: usize = 12;

/// A column of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateColumn {
    /// Its heading, by which the column is known again when the file comes back.
    pub heading: String,
    /// The question, as a person would ask it.
    pub question: String,
    /// What to write: "Whole number", "One of the choices".
    pub answer: String,
    /// Unit of the answer; empty without one.
    pub unit: String,
    /// Code and words of each choice; empty where anything may be written.
    pub choices: Vec<(String, String)>,
    /// Whether exactly one of the choices is written, so that the program can offer them.
    pub is_single_choice: bool,
}

/// The headings as one line of text with commas.
pub fn csv(columns: &[TemplateColumn]) -> Vec<u8> {
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        let is_plain = !column.heading.contains([',', '"', '\n', '\r']);
        cells.push(if is_plain {
            column.heading.clone()
        } else {
            format!("\"{}\"", column.heading.replace('"', "\"\""))
        });
    }
    format!("{}\r\n", cells.join(",")).into_bytes()
}

/// A workbook with the sheets "Services" (headings, to be filled in), "Guide" (a line for each heading) and
/// "Choices" (codes and words of every list).
pub fn xlsx(title: &str, columns: &[TemplateColumn]) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    // A fixed date, so that the same questionnaire always gives the same bytes.
    let properties = DocProperties::new()
        .set_title(title)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    write_headings(workbook.add_worksheet(), columns)?;
    write_guide(workbook.add_worksheet(), columns)?;
    write_choices(workbook.add_worksheet(), columns)?;
    Ok(workbook.save_to_buffer()?)
}

fn heading_format() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
}

fn write_headings(sheet: &mut Worksheet, columns: &[TemplateColumn]) -> Result<(), XlsxError> {
    sheet.set_name("Services")?;
    for (position, column) in columns.iter().enumerate() {
        let at = position as u16;
        sheet.write_string_with_format(0, at, &column.heading, &heading_format())?;
        sheet.set_column_width(at, 18)?;
        let codes: Vec<&str> = column.choices.iter().map(|(code, _)| code.as_str()).collect();
        let fits = codes.iter().map(|code| code.chars().count() + 1).sum::<usize>() <= CHOICE_CHARACTERS;
        if column.is_single_choice && fits && !codes.is_empty() {
            // Information only: labels may be written too, and the import says what it cannot read.
            let offered = DataValidation::new()
                .allow_list_strings(&codes)?
                .set_error_style(DataValidationErrorStyle::Information);
            sheet.add_data_validation(1, at, ROWS_WITH_CHOICES, at, &offered)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

fn write_guide(sheet: &mut Worksheet, columns: &[TemplateColumn]) -> Result<(), XlsxError> {
    sheet.set_name("Guide")?;
    let headings = [
        ("Column", 30),
        ("Question", 60),
        ("What to write", 30),
        ("Unit", 10),
        ("Choices", 60),
    ];
    for (at, (heading, width)) in headings.into_iter().enumerate() {
        sheet.write_string_with_format(0, at as u16, heading, &heading_format())?;
        sheet.set_column_width(at as u16, width)?;
    }
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (position, column) in columns.iter().enumerate() {
        let line = position as u32 + 1;
        let choices = choices_in_guide(column);
        for (at, text) in [
            &column.heading,
            &column.question,
            &column.answer,
            &column.unit,
            &choices,
        ]
        .into_iter()
        .enumerate()
        {
            sheet.write_string_with_format(line, at as u16, text, &wrapped)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

fn choices_in_guide(column: &TemplateColumn) -> String {
    if column.choices.len() > CHOICES_IN_GUIDE {
        return "See the sheet Choices".to_owned();
    }
    let lines: Vec<String> = column
        .choices
        .iter()
        .map(|(code, words)| format!("{code}: {words}"))
        .collect();
    lines.join("\n")
}

fn write_choices(sheet: &mut Worksheet, columns: &[TemplateColumn]) -> Result<(), XlsxError> {
    sheet.set_name("Choices")?;
    for (at, (heading, width)) in [("Column", 30), ("Code", 30), ("Choice", 60)]
        .into_iter()
        .enumerate()
    {
        sheet.write_string_with_format(0, at as u16, heading, &heading_format())?;
        sheet.set_column_width(at as u16, width)?;
    }
    let mut line = 1;
    for column in columns {
        for (code, words) in &column.choices {
            sheet.write_string(line, 0, &column.heading)?;
            sheet.write_string(line, 1, code)?;
            sheet.write_string(line, 2, words)?;
            line += 1;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    fn columns() -> Vec<TemplateColumn> {
        let column = |heading: &str, choices: usize| TemplateColumn {
            heading: heading.to_owned(),
            question: "=1+1 is a question".to_owned(),
            answer: "Text".to_owned(),
            unit: String::new(),
            choices: (0..choices)
                .map(|number| (format!("c{number}"), format!("Choice {number}")))
                .collect(),
            is_single_choice: choices > 0,
        };
        vec![
            column("reference", 0),
            column("service_tier", 3),
            column("authority, or none", 150),
        ]
    }

    #[test]
    fn the_headings_stand_first_and_each_has_its_line_in_the_guide() {
        let bytes = xlsx("Services", &columns()).unwrap();
        assert_eq!(bytes, xlsx("Services", &columns()).unwrap());
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["Services", "Guide", "Choices"]);
        let services = book.worksheet_range("Services").unwrap();
        let text = |value: &Data| value.to_string();
        assert_eq!(
            services
                .rows()
                .next()
                .unwrap()
                .iter()
                .map(text)
                .collect::<Vec<_>>(),
            ["reference", "service_tier", "authority, or none"]
        );
        let guide = book.worksheet_range("Guide").unwrap();
        assert_eq!(
            guide.get_value((2, 4)).unwrap().to_string(),
            "c0: Choice 0\nc1: Choice 1\nc2: Choice 2"
        );
        assert_eq!(
            guide.get_value((3, 4)).unwrap().to_string(),
            "See the sheet Choices"
        );
        assert_eq!(guide.get_value((1, 1)).unwrap().to_string(), "=1+1 is a question");
        assert_eq!(book.worksheet_range("Choices").unwrap().height(), 154);
    }

    #[test]
    fn the_text_template_is_one_line_of_headings() {
        assert_eq!(
            csv(&columns()),
            b"reference,service_tier,\"authority, or none\"\r\n"
        );
    }
}

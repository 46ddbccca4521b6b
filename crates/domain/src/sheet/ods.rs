//! Rows of an ODS sheet, element by element as they come out of the file.
//!
//! Written here because repeated cells and rows can make a small file stand for a billion cells; this reader
//! never holds more than one row.

use std::io::{BufRead, BufReader};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::cells::{number_text, truth_text, without_midnight};
use super::fault::Fault;
use super::file::{CELL_LIMIT, COLUMN_LIMIT, ROW_LIMIT, SheetContent, SheetRow, Taker, broken};
use super::xlsx::{SHEET_NAME, no_sheet};

pub(super) fn read(content: &mut dyn SheetContent, taker: &mut Taker<'_>) -> Result<(), Fault> {
    let mut archive = ZipArchive::new(content).map_err(|error| broken(&error))?;
    let names = table_names(&mut archive)?;
    let named = names
        .iter()
        .position(|name| name.trim().eq_ignore_ascii_case(SHEET_NAME));
    let chosen = named.unwrap_or(0);
    let Some(name) = names.get(chosen) else {
        return Err(no_sheet());
    };
    let mut xml = content_of(&mut archive)?;
    let mut buffer = Vec::new();
    let mut tables = 0;
    loop {
        buffer.clear();
        match next(&mut xml, &mut buffer)? {
            Event::Start(element) if element.name().as_ref() == "table:table" => {
                if tables == chosen {
                    return read_table(&mut xml, name, taker);
                }
                tables += 1;
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn table_names(archive: &mut ZipArchive<&mut dyn SheetContent>) -> Result<Vec<String>, Fault> {
    let mut xml = content_of(archive)?;
    let mut buffer = Vec::new();
    let mut names = Vec::new();
    loop {
        buffer.clear();
        match next(&mut xml, &mut buffer)? {
            Event::Start(element) if element.name().as_ref() == "table:table" => {
                names.push(attribute(&element, "table:name"));
            }
            Event::Eof => return Ok(names),
            _ => {}
        }
    }
}

fn content_of<'a>(
    archive: &'a mut ZipArchive<&mut dyn SheetContent>,
) -> Result<Reader<Box<dyn BufRead + 'a>>, Fault> {
    let member = archive.by_name("content.xml").map_err(|error| broken(&error))?;
    let mut xml: Reader<Box<dyn BufRead + 'a>> = Reader::from_reader(Box::new(BufReader::new(member)));
    xml.config_mut().expand_empty_elements = true;
    Ok(xml)
}

fn next<'b>(xml: &mut Reader<Box<dyn BufRead + '_>>, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, Fault> {
    xml.read_event_into(buffer).map_err(|error| broken(&error))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    match element.try_get_attribute(name) {
        Ok(Some(found)) => found
            .normalized_value(XmlVersion::Implicit1_0)
            .map(std::borrow::Cow::into_owned)
            .unwrap_or_default(),
        _ => String::new(),
    }
}

fn times(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).parse().unwrap_or(1).max(1)
}

/// Reads the rows of a table from after its beginning to its end.
fn read_table(
    xml: &mut Reader<Box<dyn BufRead + '_>>,
    name: &str,
    taker: &mut Taker<'_>,
) -> Result<(), Fault> {
    let mut buffer = Vec::new();
    let mut number = 0_u32;
    loop {
        buffer.clear();
        match next(xml, &mut buffer)? {
            Event::Start(element) if element.name().as_ref() == "table:table-row" => {
                let repeats = times(&element, "table:number-rows-repeated");
                let cells = read_row(xml)?;
                let row = SheetRow { number, cells };
                if row.is_blank() {
                    number = number.saturating_add(repeats);
                    continue;
                }
                for _ in 0..repeats.min(ROW_LIMIT + 1) {
                    number = number.saturating_add(1);
                    if !taker.give(
                        name,
                        SheetRow {
                            number,
                            ..row.clone()
                        },
                    )? {
                        return Ok(());
                    }
                }
            }
            Event::End(element) if element.name().as_ref() == "table:table" => return Ok(()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn read_row(xml: &mut Reader<Box<dyn BufRead + '_>>) -> Result<Vec<String>, Fault> {
    let mut buffer = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    let mut column = 0_usize;
    loop {
        buffer.clear();
        match next(xml, &mut buffer)? {
            Event::Start(element)
                if matches!(
                    element.name().as_ref(),
                    "table:table-cell" | "table:covered-table-cell"
                ) =>
            {
                let repeats = times(&element, "table:number-columns-repeated") as usize;
                let end = element.name().as_ref().to_owned();
                let told = told_by_attributes(&element);
                let shown = read_text(xml, &end)?;
                let text = told.unwrap_or(shown);
                if text.trim().is_empty() {
                    column = column.saturating_add(repeats);
                    continue;
                }
                // One more than the limit is enough for the row to be refused.
                for _ in 0..repeats {
                    let place = column.min(COLUMN_LIMIT);
                    if cells.len() <= place {
                        cells.resize(place + 1, String::new());
                    }
                    cells[place].clone_from(&text);
                    column += 1;
                    if place == COLUMN_LIMIT {
                        break;
                    }
                }
            }
            Event::End(element) if element.name().as_ref() == "table:table-row" => return Ok(cells),
            Event::Eof => return Ok(cells),
            _ => {}
        }
    }
}

/// The value of a number, date or truth; none where the text in the cell is its value.
fn told_by_attributes(element: &BytesStart<'_>) -> Option<String> {
    if attribute(element, "calcext:value-type") == "error" {
        return None;
    }
    let number = || attribute(element, "office:value").parse::<f64>().ok();
    match attribute(element, "office:value-type").as_str() {
        "float" | "currency" => number().map(number_text),
        "percentage" => number().map(|share| format!("{}%", number_text(share * 100.0))),
        "date" => Some(without_midnight(&attribute(element, "office:date-value")).to_owned()),
        "boolean" => Some(truth_text(attribute(element, "office:boolean-value") == "true").to_owned()),
        _ => None,
    }
}

/// The text of a cell up to its end, one line for each paragraph, without notes.
fn read_text(xml: &mut Reader<Box<dyn BufRead + '_>>, cell: &str) -> Result<String, Fault> {
    let mut buffer = Vec::new();
    let mut text = String::new();
    let mut notes = 0_usize;
    loop {
        buffer.clear();
        let event = next(xml, &mut buffer)?;
        // A little more than the limit is enough for the cell to be refused.
        let is_full = text.len() > CELL_LIMIT * 4;
        match event {
            Event::Start(element) if element.name().as_ref() == "office:annotation" => notes += 1,
            Event::End(element) if element.name().as_ref() == "office:annotation" => {
                notes = notes.saturating_sub(1);
            }
            Event::End(element) if element.name().as_ref() == cell => return Ok(text),
            Event::Eof => return Ok(text),
            _ if notes > 0 || is_full => {}
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(entity) => text.push_str(&entity_text(&entity)),
            Event::Start(element) => match element.name().as_ref() {
                "text:p" if !text.is_empty() => text.push('\n'),
                "text:s" => {
                    let count = times(&element, "text:c") as usize;
                    text.push_str(&" ".repeat(count.min(CELL_LIMIT)));
                }
                "text:tab" => text.push('\t'),
                "text:line-break" => text.push('\n'),
                _ => {}
            },
            _ => {}
        }
    }
}

/// The character that `&amp;` or `&#163;` stands for; nothing for one that XML does not know.
fn entity_text(name: &str) -> String {
    if let Some(known) = quick_xml::escape::resolve_xml_entity(name) {
        return known.to_owned();
    }
    let number = match name.strip_prefix("#x") {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
        None => name.strip_prefix('#').and_then(|decimal| decimal.parse().ok()),
    };
    number
        .and_then(char::from_u32)
        .map(String::from)
        .unwrap_or_default()
}

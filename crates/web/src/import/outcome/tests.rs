use super::samples::{fault, report};
use super::*;

#[test]
fn faults_are_listed_with_sheet_row_and_column() {
    let table = fault_table("Faults", 1, &[fault()]).unwrap();
    let cells: Vec<&str> = table.rows[0].iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(cells[0], "Sheet Services, row 4, column F (cost_total)");
    assert_eq!(cells[2], "Enter an amount in pounds.");
    assert_eq!(table.caption, "Faults");
    let many = fault_table("Faults", 1_234, &[fault()]).unwrap();
    assert_eq!(many.caption, "Faults: the first 1 of 1234");
}

#[test]
fn an_answer_that_was_not_there_before_says_so() {
    let table = changed_table(&report(Vec::new(), false)).unwrap();
    let cells: Vec<&str> = table.rows[0].iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(cells, ["Fostering (S2)", "Total", "Not answered", "£220,320"]);
}

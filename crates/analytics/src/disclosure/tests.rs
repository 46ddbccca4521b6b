//! Published vectors and an independent attacker against disclosure control (M14).

use super::*;
use crate::table::{Cell, Column, TableBuilder, Value};
use jiff::civil::date;
use proptest::prelude::*;

fn builder(columns: Vec<Column>) -> TableBuilder {
    TableBuilder::new("Children by area", "Test", date(2026, 11, 2))
        .columns("Area", columns)
        .with_totals("Total")
}

/// A table of one column of children with a total.
fn children(counts: &[i64]) -> Table<Raw> {
    let mut builder = builder(vec![Column::children("caseload", "Caseload")]);
    for (position, count) in counts.iter().enumerate() {
        builder.row(&format!("Area {position}"), vec![Cell::number(*count)]);
    }
    builder.build().unwrap()
}

/// A table of one column of amounts with a total; pairs of value and contributors.
fn amounts(unit: Unit, cells: &[(i64, u32)]) -> Table<Raw> {
    let mut builder = builder(vec![Column::new("amount", "Amount", unit)]);
    for (position, (value, contributors)) in cells.iter().enumerate() {
        builder.row(
            &format!("Area {position}"),
            vec![Cell::amount(*value, *contributors)],
        );
    }
    builder.build().unwrap()
}

/// A square table of people or money that totals both ways.
fn square(columns: Vec<Column>, rows: &[Vec<Cell>]) -> Table<Raw> {
    let mut builder = builder(columns).with_row_totals("All");
    for (position, row) in rows.iter().enumerate() {
        builder.row(&format!("Row {position}"), row.clone());
    }
    builder.build().unwrap()
}

fn column_of(table: &Table<Safe>, position: usize) -> (Vec<Value>, Value) {
    let values = table
        .rows()
        .iter()
        .map(|row| row.cells()[position].value().clone())
        .collect();
    (values, table.totals().unwrap().cells()[position].value().clone())
}

fn published(table: Table<Raw>) -> (Vec<Value>, Value) {
    column_of(&protect(table, Audience::public()).unwrap(), 0)
}

use Value::{Hidden, Number};

#[test]
fn an_organisations_own_people_see_every_figure() {
    let table = protect(children(&[3, 0, 7]), Audience::OwnOrganisation).unwrap();
    assert_eq!(
        column_of(&table, 0),
        (vec![Number(3), Number(0), Number(7)], Number(10))
    );
    assert_eq!(table.audience(), Audience::OwnOrganisation);
    assert_eq!(table.footnotes(), &[] as &[String]);
}

#[test]
fn the_number_of_contributors_never_leaves_the_room() {
    for audience in [Audience::OwnOrganisation, Audience::public()] {
        let table = protect(amounts(Unit::Wte, &[(9_000, 6), (8_000, 7)]), audience).unwrap();
        assert!(table.rows().iter().all(|row| row.cells[0].contributors.is_none()));
        assert!(table.totals().unwrap().cells[0].contributors.is_none());
    }
}

/// M14, rounding vector: rows of rounded cells sum to 35, 45, 40 against rounded totals 35, 40, 45.
#[test]
fn rounded_cells_and_rounded_totals_are_both_shown_and_never_made_to_agree() {
    let columns = ["a", "b", "c"].map(|key| Column::children(key, key)).to_vec();
    let rows = [[20, 3, 12], [15, 9, 18], [7, 11, 25]].map(|row| row.map(Cell::number).to_vec());
    let policy = Policy {
        children_threshold: 1,
        ..Policy::default()
    };
    let table = protect(square(columns, &rows), Audience::Public(policy)).unwrap();
    let mut sums = Vec::new();
    let mut totals = Vec::new();
    for row in table.rows() {
        let numbers: Vec<i64> = row
            .cells()
            .iter()
            .map(|cell| match cell.value() {
                Number(number) => *number,
                other => panic!("{other:?} where nothing is hidden"),
            })
            .collect();
        sums.push(numbers[..3].iter().sum::<i64>());
        totals.push(numbers[3]);
    }
    assert_eq!(sums, [35, 45, 40]);
    assert_eq!(totals, [35, 40, 45]);
}

/// M14, attack vector: nine hidden cells, two or more in every line, and still one cell is betrayed.
#[test]
fn a_table_that_totals_both_ways_is_refused_when_cells_must_be_hidden() {
    let values = [
        [30, 47, 64, 89],
        [90, 124, 5, 31],
        [92, 100, 59, 85],
        [800, 991, 651, 685],
    ];
    let hidden = [[1, 1, 1, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 1, 0, 1]];
    for line in 0..4 {
        assert!(hidden[line].iter().sum::<i64>() >= 2, "row {line} hides two");
        assert!(
            hidden.iter().map(|row| row[line]).sum::<i64>() >= 2,
            "column {line} hides two"
        );
    }

    // The attack on the published figures: rows w and x less columns a and c.
    let shown = |row: usize, column: usize| {
        if hidden[row][column] == 0 {
            values[row][column]
        } else {
            0
        }
    };
    let row_total = |row: usize| values[row].iter().sum::<i64>();
    let column_total = |column: usize| values.iter().map(|row| row[column]).sum::<i64>();
    let mut rows_left = row_total(0) + row_total(1);
    let mut columns_left = column_total(0) + column_total(2);
    for line in 0..4 {
        rows_left -= shown(0, line) + shown(1, line);
        columns_left -= shown(line, 0) + shown(line, 2);
    }
    assert_eq!((rows_left, columns_left), (236, 189));
    assert_eq!(
        rows_left - columns_left,
        values[0][1],
        "the hidden cell w, b is betrayed as 47"
    );

    let columns = ["a", "b", "c", "d"]
        .map(|key| Column::new(key, key, Unit::Pence))
        .to_vec();
    let mut rows = Vec::new();
    for row in 0..4 {
        let contributors = |column: usize| if hidden[row][column] == 1 { 1 } else { 9 };
        rows.push(
            (0..4)
                .map(|column| Cell::amount(values[row][column], contributors(column)))
                .collect(),
        );
    }
    let refusal = protect(square(columns, &rows), Audience::public()).unwrap_err();
    assert_eq!(refusal, Refusal::TwoDimensional { column: "a".into() });
}

#[test]
fn a_hidden_cell_beside_a_total_takes_a_second_one_with_it() {
    let (cells, total) = published(children(&[4, 30, 50]));
    assert_eq!((cells, total), (vec![Hidden, Hidden, Number(50)], Number(85)));
}

#[test]
fn the_cheapest_cell_that_protects_is_the_one_hidden() {
    // 10 would leave 4 + 10 - 1 = 13, which covers 1 to 10; so 50 stays.
    let (cells, _) = published(children(&[50, 4, 10]));
    assert_eq!(cells, vec![Number(50), Hidden, Hidden]);
}

#[test]
fn two_small_cells_that_give_each_other_away_take_a_third_with_them() {
    // The total gives 1 + 2 = 3 for both together, so each would be known to be 1 or 2.
    let (cells, total) = published(children(&[1, 2, 40, 60]));
    assert_eq!(
        (cells, total),
        (vec![Hidden, Hidden, Hidden, Number(60)], Number(105))
    );
}

#[test]
fn a_total_that_nothing_else_can_protect_is_hidden_itself() {
    assert_eq!(
        published(children(&[4, 0, 0])),
        (vec![Hidden, Number(0), Number(0)], Hidden)
    );
    assert_eq!(published(children(&[3, 4])), (vec![Hidden, Hidden], Hidden));
}

#[test]
fn a_zero_is_hidden_where_the_policy_says_that_zero_tells() {
    let policy = Policy {
        shows_zero: false,
        ..Policy::default()
    };
    let table = protect(children(&[0, 30, 50]), Audience::Public(policy)).unwrap();
    assert_eq!(column_of(&table, 0).0, vec![Hidden, Hidden, Number(50)]);
}

#[test]
fn counts_of_staff_have_their_own_threshold() {
    let mut builder = builder(vec![Column::new("staff", "Staff", Unit::People)]);
    builder.row("North", vec![Cell::number(7)]);
    builder.row("South", vec![Cell::number(12)]);
    assert_eq!(
        published(builder.build().unwrap()),
        (vec![Number(5), Number(10)], Number(20))
    );
}

#[test]
fn staff_wte_resting_on_four_organisations_is_hidden_with_the_next_smallest() {
    let table = amounts(Unit::Wte, &[(12_400, 4), (80_600, 9), (30_200, 6)]);
    assert_eq!(
        published(table),
        (vec![Hidden, Number(81_000), Hidden], Number(123_000))
    );
}

#[test]
fn less_than_half_a_wte_is_said_to_round_to_zero_rather_than_to_be_zero() {
    let (cells, _) = published(amounts(Unit::Wte, &[(400, 9), (80_600, 9)]));
    assert_eq!(cells[0], Value::RoundsToZero);
}

#[test]
fn money_of_two_providers_is_hidden_because_each_could_work_out_the_other() {
    let table = amounts(Unit::Pence, &[(10_000_000, 2), (30_000_000, 3), (50_000_000, 8)]);
    assert_eq!(
        published(table),
        (vec![Hidden, Hidden, Number(50_000_000)], Number(90_000_000))
    );
}

#[test]
fn two_single_providers_do_not_cover_for_each_other() {
    // Either of the two knows its own figure, and the total would give it the other's.
    let table = amounts(Unit::Pence, &[(10_000_000, 1), (20_000_000, 1), (50_000_000, 8)]);
    assert_eq!(
        published(table),
        (vec![Hidden, Hidden, Hidden], Number(80_000_000))
    );
}

#[test]
fn an_amount_is_not_covered_by_a_far_smaller_one() {
    let table = amounts(Unit::Pence, &[(1_000_000_000, 1), (200_000, 8)]);
    assert_eq!(published(table), (vec![Hidden, Hidden], Hidden));
}

#[test]
fn counts_of_services_and_organisations_are_public_as_they_are() {
    let columns = vec![
        Column::new("bodies", "Bodies", Unit::Organisations),
        Column::new("services", "Services", Unit::Services),
    ];
    let mut builder = builder(columns);
    builder.row("North", vec![Cell::number(1), Cell::number(2)]);
    let table = protect(builder.build().unwrap(), Audience::public()).unwrap();
    assert_eq!(column_of(&table, 0), (vec![Number(1)], Number(1)));
    assert_eq!(column_of(&table, 1), (vec![Number(2)], Number(2)));
}

#[test]
fn an_amount_without_its_contributors_is_refused_to_the_public() {
    let mut builder = builder(vec![Column::new("cost", "Cost", Unit::Pence)]);
    builder.row("North", vec![Cell::number(5)]);
    let refusal = protect(builder.build().unwrap(), Audience::public()).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::ContributorsUnknown {
            row: "North".into(),
            column: "cost".into()
        }
    );
}

#[test]
fn a_negative_number_is_refused_to_the_public() {
    let refusal = protect(children(&[-1, 30]), Audience::public()).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::Negative {
            row: "Area 0".into(),
            column: "caseload".into()
        }
    );
}

#[test]
fn the_reader_is_told_what_was_hidden_and_rounded() {
    let table = protect(children(&[4, 30, 50]), Audience::public()).unwrap();
    assert_eq!(
        table.footnotes()[0],
        "Counts of children below 10 are hidden; others are rounded to the nearest 5."
    );
}

/// Every value the hidden cells can take, as an attacker would find out: by trying all combinations.
fn ranges(shown_total: i64, shown: &[i64], hidden_count: usize) -> Vec<(i64, i64)> {
    // A number rounded to 5 stands for itself and two on either side.
    let high = shown_total + 2 - shown.iter().map(|value| (value - 2).max(0)).sum::<i64>();
    let low = shown_total
        - 2
        - shown
            .iter()
            .map(|value| if *value == 0 { 0 } else { value + 2 })
            .sum::<i64>();
    let mut ranges = vec![(i64::MAX, i64::MIN); hidden_count];
    let mut guess = vec![1_i64; hidden_count];
    loop {
        let sum: i64 = guess.iter().sum();
        if sum >= low && sum <= high {
            for (range, value) in ranges.iter_mut().zip(&guess) {
                *range = (range.0.min(*value), range.1.max(*value));
            }
        }
        let mut position = 0;
        loop {
            if position == hidden_count {
                return ranges;
            }
            guess[position] += 1;
            if guess.iter().sum::<i64>() <= high {
                break;
            }
            guess[position] = 1;
            position += 1;
        }
    }
}

proptest! {
    /// No hidden count can be narrowed to less than "1 to the threshold" by anybody who has the page.
    #[test]
    fn no_hidden_count_can_be_worked_out_from_the_published_page(counts in prop::collection::vec(0_i64..40, 1..5)) {
        let (cells, total) = published(children(&counts));
        let mut shown = Vec::new();
        let mut hidden_values = Vec::new();
        for (cell, count) in cells.iter().zip(&counts) {
            match cell {
                Number(number) => shown.push(*number),
                Hidden => hidden_values.push(*count),
                other => prop_assert!(false, "unexpected {other:?}"),
            }
        }
        for (cell, count) in cells.iter().zip(&counts) {
            prop_assert!(!(1..10).contains(count) || *cell == Hidden, "a small count is shown");
        }
        if let Number(total) = total {
            for (range, value) in ranges(total, &shown, hidden_values.len()).iter().zip(&hidden_values) {
                prop_assert!(*value >= 10 || (range.0 <= 1 && range.1 >= 10), "{value} narrowed to {range:?}");
            }
        }
    }

    /// With exact shown figures, as an insider might have, no hidden amount is known to within a tenth.
    #[test]
    fn no_hidden_amount_can_be_worked_out_to_within_a_tenth(
        cells in prop::collection::vec((0_i64..50_000_000, 0_u32..7), 1..6)
    ) {
        let (published, total) = published(amounts(Unit::Pence, &cells));
        let mut left = 0;
        let mut contributors = 0;
        for (value, cell) in published.iter().zip(&cells) {
            if *value == Hidden {
                left += cell.0;
                contributors += cell.1;
            }
        }
        if total == Hidden {
            return Ok(());
        }
        for (value, cell) in published.iter().zip(&cells) {
            let is_primary = cell.1 > 0 && cell.1 < 3;
            prop_assert!(!is_primary || *value == Hidden);
            if is_primary {
                prop_assert!(contributors >= 3);
                prop_assert!(left * 10 >= cell.0 * 11, "{} known to be at most {left}", cell.0);
            }
        }
    }

    #[test]
    fn what_is_not_hidden_is_within_half_a_step_of_the_truth(counts in prop::collection::vec(0_i64..4_000, 1..20)) {
        let (cells, _) = published(children(&counts));
        for (cell, count) in cells.iter().zip(&counts) {
            if let Number(number) = cell {
                prop_assert!(number % 5 == 0 && (number - count).abs() <= 2);
            }
        }
    }
}

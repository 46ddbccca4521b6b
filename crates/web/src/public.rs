//! What everybody may see: the first page and the public summary of a cycle.

pub mod landing;
pub mod summary;

use serde_json::Value;

use crate::route::{Need, Route};

/// Their routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/", Need::Anyone, landing::get),
        Route::get("/cycles/{cycle}/summary", Need::Anyone, summary::get),
    ]
}

/// A summary as it is kept, for samples.
fn sample_table() -> Value {
    let cell = |text: &str| serde_json::json!({ "text": text, "is_numeric": true });
    let row = |label: &str| serde_json::json!({ "label": label, "cells": [cell("59"), cell("c")] });
    serde_json::json!({
        "caption": "Organisations, services and staff by region, 2026/27",
        "source": "Returns of the organisations taking part in 2026/27",
        "as_at": "22 November 2026",
        "row_heading": "Region",
        "headings": [
            { "key": "invited", "text": "Organisations invited", "is_numeric": true },
            { "key": "staff_wte", "text": "Staff WTE", "is_numeric": true },
        ],
        "rows": [row("North West")],
        "totals": row("All regions"),
        "footnotes": ["Organisations that declined are counted among those invited."],
        "symbols": [{ "letter": "c", "meaning": "hidden to protect people or commercial figures" }],
    })
}

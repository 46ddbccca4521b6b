//! Figures over many records, and the one door through which they leave: disclosure control.

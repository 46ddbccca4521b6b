//! Tables as files for people: CSV and XLSX, from protected tables only.

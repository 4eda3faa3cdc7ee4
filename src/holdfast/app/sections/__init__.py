"""The parts of an assessment: one file per kind of record, each from files to findings."""

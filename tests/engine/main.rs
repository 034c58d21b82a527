//! Native integration tests, one binary.

mod tidy;

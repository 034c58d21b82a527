//! Native integration tests, one binary.

mod scheduler_conform;

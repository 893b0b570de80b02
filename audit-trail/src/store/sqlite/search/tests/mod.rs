mod fixture;
mod model;

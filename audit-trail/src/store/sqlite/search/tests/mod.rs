mod fixture;
mod model;
mod scale;

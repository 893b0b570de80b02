mod answer;
mod fixture;
mod model;
mod plan;

//! Programs that show the framework at work: see the folders beside this one.

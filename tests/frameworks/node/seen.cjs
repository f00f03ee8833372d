"use strict";

// What the operations of an app were called with, as the framework handed it to them.
let notes = [];

exports.note = (values = {}) => {
  notes.push(values);
};

exports.take = () => {
  const taken = notes;
  notes = [];
  return taken;
};

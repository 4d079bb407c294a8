#!/usr/bin/env node
// Whether a receipt's printer bytes say the same as its text: word for word, whatever the width of each.
//   node compare.js receipt.escpos receipt.txt
'use strict';

const fs = require('fs');
const { decode } = require('./decode.js');

// Rules (lines of one sign) and bracketed words for QR, bar code and logo are not on the paper as letters.
function wordsOf(lines) {
  return lines
    .filter((line) => !/^\s*[-=_─]{3,}\s*$/.test(line) && !/^\s*\[.*\]\s*$/.test(line))
    .join(' ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

function firstDifference(escpos, text) {
  const paper = wordsOf(decode(escpos).lines.map((line) => line.text));
  const wanted = wordsOf(text.split('\n'));
  const length = Math.max(paper.length, wanted.length);
  for (let i = 0; i < length; ++i) {
    if (paper[i] !== wanted[i]) return { word: i + 1, paper: paper[i], text: wanted[i] };
  }
  return null;
}

module.exports = { firstDifference };

if (require.main === module) {
  if (process.argv.length !== 4) {
    console.error('usage: node compare.js RECEIPT.escpos RECEIPT.txt');
    process.exit(2);
  }
  const found = firstDifference(fs.readFileSync(process.argv[2]), fs.readFileSync(process.argv[3], 'utf8'));
  if (found) {
    console.error(`error: word ${found.word} is "${found.paper}" on paper and "${found.text}" in the text`);
    process.exit(1);
  }
  console.log('the paper and the text say the same');
}

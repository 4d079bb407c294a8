// node decode.test.js: sample.escpos is what the program's renderer makes (a unit test holds it to that).
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { decode } = require('./decode.js');
const { firstDifference } = require('./compare.js');

const bytes = fs.readFileSync(path.join(__dirname, 'sample.escpos'));
const text = fs.readFileSync(path.join(__dirname, 'sample.txt'), 'utf8');
const paper = decode(bytes);
const line = (wanted) => paper.lines.find((each) => each.text.includes(wanted));

assert.deepStrictEqual(paper.unknown, []);
assert.strictEqual(firstDifference(bytes, text), null);
assert.strictEqual(paper.cuts, 1);
assert.deepStrictEqual(paper.drawer, []);
assert.deepStrictEqual(paper.barcodes, [{ system: 'CODE128', text: 'K7QF-000042' }]);
assert.strictEqual(paper.qr.length, 1);
assert.ok(paper.qr[0].text.startsWith('TILL1|K7QF-000042|'));
assert.strictEqual(line('Marktcafé').align, 'centre');
assert.strictEqual(line('Marktcafé').width, 2);
assert.strictEqual(line('TOTAL').bold, true);
assert.strictEqual(line('Käsekuchen').bold, false);
assert.ok(line('Käsekuchen').text.includes('Бублик Τυρί'));
assert.strictEqual(line('Käsekuchen').text.length, 42);

const pulse = decode(Buffer.from('1b70303c78', 'hex'));
assert.deepStrictEqual(pulse.drawer, [{ pin: 0, on_ms: 120, off_ms: 240 }]);
assert.deepStrictEqual(pulse.lines, []);

const changed = Buffer.from(bytes);
changed[changed.indexOf(Buffer.from('12.10'))] = 0x32;
assert.notStrictEqual(firstDifference(changed, text), null, 'a changed amount must be seen');

console.log('ok');

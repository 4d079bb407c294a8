#!/usr/bin/env node
// Decodes a captured byte file of a receipt printer and prints what would be on paper, as one JSON document:
//   node decode.js receipt.escpos
// The splitting into commands is npos', not ours: a mistake that our renderer and our own tests share would show here.
'use strict';

const fs = require('fs');
const iconv = require('iconv-lite');
const npos = require('npos');
const ruler = require('npos/lib/parser/ruler');

// n of ESC t n, as in Epson's table.
const PAGES = { 0: 'cp437', 16: 'win1252', 17: 'cp866', 19: 'cp858', 47: 'win1253' };
const SYSTEMS = { 65: 'UPC-A', 66: 'UPC-E', 67: 'EAN-13', 68: 'EAN-8', 69: 'CODE39', 72: 'CODE93', 73: 'CODE128' };
const ALIGNS = ['left', 'centre', 'right'];

// npos lacks the length-prefixed families in lower case.
const rules = Object.assign({}, npos.rules);
rules[npos.symbols.GS] = Object.assign({}, npos.rules[npos.symbols.GS], { '(k': [0, 'd16'], '(x': [0, 'd16'] });
rules[npos.symbols.ESC] = Object.assign({}, npos.rules[npos.symbols.ESC], { '(x': [0, 'd16'] });
rules[npos.symbols.FS] = Object.assign({}, npos.rules[npos.symbols.FS], { '(x': [0, 'd16'] });

function code128Text(data) {
  let text = '';
  let set = 'B';
  for (let i = 0; i < data.length; ++i) {
    if (data[i] === 0x7b) {
      const next = String.fromCharCode(data[++i]);
      if (next === '{') text += '{';
      else set = next;
    } else {
      text += set === 'C' ? String(data[i]).padStart(2, '0') : String.fromCharCode(data[i]);
    }
  }
  return text;
}

class Paper {
  constructor() {
    this.out = { lines: [], barcodes: [], qr: [], rasters: [], drawer: [], cuts: 0, feeds: 0, unknown: [] };
    this.reset();
  }

  reset() {
    this.page = 0;
    this.look = { align: 'left', bold: false, underline: false, width: 1, height: 1 };
    this.line = '';
  }

  text(bytes) {
    let run = [];
    const flush = () => {
      this.line += iconv.decode(Buffer.from(run), PAGES[this.page]);
      run = [];
    };
    for (const byte of bytes) {
      if (byte !== 0x0a) {
        run.push(byte);
        continue;
      }
      flush();
      this.out.lines.push(Object.assign({ text: this.line }, this.look));
      this.line = '';
    }
    flush();
  }

  barcode(args) {
    const data = args.subarray(2, 2 + args[1]);
    const system = SYSTEMS[args[0]] || String(args[0]);
    this.out.barcodes.push({ system, text: args[0] === 73 ? code128Text(data) : data.toString('latin1') });
  }

  symbol(args) {
    const length = args.readUInt16LE(0);
    const code = args.subarray(2, 2 + length);
    if (code[0] !== 0x31) return;
    if (code[1] === 0x43) this.module = code[2];
    if (code[1] === 0x45) this.level = 'LMQH'[code[2] - 0x30];
    if (code[1] === 0x50) this.stored = code.subarray(3).toString('utf8');
    if (code[1] === 0x51) this.out.qr.push({ text: this.stored, module: this.module, level: this.level });
  }

  command(name, args) {
    const look = this.look;
    switch (name) {
      case 'ESC@': return this.reset();
      case 'ESCt':
        if (!PAGES[args[0]]) throw new Error(`code page ${args[0]} is not in the table`);
        this.page = args[0];
        return undefined;
      case 'ESCa': look.align = ALIGNS[args[0] % 48]; break;
      case 'ESCE': look.bold = (args[0] & 1) === 1; break;
      case 'ESC-': look.underline = args[0] % 48 > 0; break;
      case 'ESCd': this.out.feeds += args[0]; break;
      case 'ESCp': this.out.drawer.push({ pin: args[0] % 48, on_ms: args[1] * 2, off_ms: args[2] * 2 }); break;
      case 'GS!': look.width = (args[0] >> 4) + 1; look.height = (args[0] & 7) + 1; break;
      case 'GSV': this.out.cuts += 1; break;
      case 'GSk': return this.barcode(args);
      case 'GSh': case 'GSw': break;
      case 'GS(k': return this.symbol(args);
      case 'GSv0': this.out.rasters.push({ width: args.readUInt16LE(1) * 8, height: args.readUInt16LE(3) }); break;
      default: this.out.unknown.push(name);
    }
    this.look = Object.assign({}, look);
    return undefined;
  }
}

function decode(bytes) {
  const parsed = npos.parser(ruler.normalize(rules)).analyze(bytes);
  if (parsed.error) throw parsed.error;
  const paper = new Paper();
  for (const node of parsed.tree) {
    const all = bytes.subarray(node.offset, node.offset + node.length);
    if (node.ascii === 'STX') paper.text(all);
    else paper.command(node.ascii + (node.fn || ''), all.subarray(1 + (node.fn || '').length));
  }
  if (paper.line) paper.out.lines.push(Object.assign({ text: paper.line }, paper.look));
  return paper.out;
}

module.exports = { decode };

if (require.main === module) {
  if (process.argv.length !== 3) {
    console.error('usage: node decode.js RECEIPT.escpos');
    process.exit(2);
  }
  try {
    console.log(JSON.stringify(decode(fs.readFileSync(process.argv[2])), null, 1));
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exit(1);
  }
}

package slim

import "fmt"

// Watch returns a module that tells which of its functions were called: it exports a global for each, named by its number,
// which is 1 when it was. The numbers are those that Split takes.
func Watch(wasm []byte) ([]byte, error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, fmt.Errorf("slim: watching: %w", err)
	}
	for _, id := range []byte{sectionGlobal, sectionExport, sectionCode} {
		if _, err := m.find(id); err != nil {
			return nil, fmt.Errorf("slim: watching: %w", err)
		}
	}
	globals, _ := m.find(sectionGlobal)
	exports, _ := m.find(sectionExport)
	section, _ := m.find(sectionCode)
	read := func(s []byte) (list, *reader) {
		r := &reader{data: s}
		n := int(r.unsigned())
		return list{n, append([]byte(nil), s[r.at:]...)}, r
	}
	newGlobals, _ := read(globals.content)
	newExports, _ := read(exports.content)
	_, r := read(section.content)
	var code list
	for i := 0; r.at < len(r.data) && r.err == nil; i++ {
		f, err := readFunction(r.bytes(int(r.unsigned())))
		if err != nil {
			return nil, fmt.Errorf("slim: watching: function %d: %w", i, err)
		}
		flag := newGlobals.n
		newGlobals.add([]byte{i32, 1, opI32Const, 0, opEnd})
		newExports.add(appendName(nil, fmt.Sprint(i)), []byte{3}, appendUnsigned(nil, uint64(flag)))
		f.body = append([]instruction{{op: opI32Const, imm: 1}, {op: opGlobalSet, imm: int64(flag)}}, f.body...)
		body := f.append(nil)
		code.add(appendUnsigned(nil, uint64(len(body))), body)
	}
	globals.content, exports.content, section.content = newGlobals.bytes(), newExports.bytes(), code.bytes()
	return m.write(), r.err
}

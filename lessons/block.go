package lessons

import "strings"

// block is a piece of Markdown as far as a notebook's structure is concerned.
type block struct {
	kind  blockKind
	line  int    // the first
	text  string // of a heading; within a comment, a fence; the lines of prose
	level int    // of a heading
	info  string // of a fence: "elixir"
	raw   string // of a fence: all of it, with the marks
	open  bool   // a fence or comment that does not end
	body  int    // column (bytes, from 0) of a comment's text in its first line
	after string // of a comment: what stands behind its end
}

type blockKind uint8

const (
	proseBlock blockKind = iota
	headingBlock
	fenceBlock
	commentBlock
)

// blocks divides Markdown the way CommonMark does, as far as it matters here:
// fenced code and HTML comments hide whatever they hold, and a heading, fence or
// comment of the notebook is one that stands outside of lists and quotes.
func blocks(text string) []block {
	lines := strings.Split(text, "\n")
	var list []block
	var prose []string
	proseAt := 0
	flush := func() {
		body := strings.Trim(strings.Join(prose, "\n"), "\n")
		if strings.TrimSpace(body) != "" {
			for _, l := range prose {
				if strings.TrimSpace(l) != "" {
					break
				}
				proseAt++
			}
			list = append(list, block{kind: proseBlock, line: proseAt, text: body})
		}
		prose = nil
	}
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if mark, info, ok := openFence(line); ok {
			flush()
			b := block{kind: fenceBlock, line: i + 1, info: info, open: true}
			begin := i
			for i++; i < len(lines); i++ {
				if closesFence(lines[i], mark) {
					b.open = false
					break
				}
			}
			end := min(i, len(lines))
			b.text = strings.Join(lines[begin+1:end], "\n")
			if end > begin+1 {
				b.text += "\n"
			}
			b.raw = strings.Join(lines[begin:min(end+1, len(lines))], "\n")
			list = append(list, b)
			continue
		}
		if strings.HasPrefix(line, "<!--") {
			flush()
			b := block{kind: commentBlock, line: i + 1, body: len("<!--"), open: true}
			text := line[len("<!--"):]
			for {
				if before, after, found := strings.Cut(text, "-->"); found {
					b.text, b.after, b.open = before, strings.TrimSpace(after), false
					break
				}
				if i+1 == len(lines) {
					b.text = text
					break
				}
				i++
				text += "\n" + lines[i]
			}
			list = append(list, b)
			continue
		}
		if level, title, ok := heading(line); ok && level <= 2 {
			flush()
			list = append(list, block{kind: headingBlock, line: i + 1, level: level, text: title})
			continue
		}
		if prose == nil {
			proseAt = i + 1
		}
		prose = append(prose, line)
	}
	flush()
	return list
}

// heading reads a line like "## Title ##".
func heading(line string) (level int, title string, ok bool) {
	for level < len(line) && line[level] == '#' {
		level++
	}
	if level == 0 || level > 6 || level < len(line) && line[level] != ' ' && line[level] != '\t' {
		return 0, "", false
	}
	title = strings.TrimSpace(line[level:])
	if bare := strings.TrimRight(title, "#"); bare == "" || strings.HasSuffix(bare, " ") {
		title = strings.TrimSpace(bare)
	}
	return level, title, true
}

// openFence reads the line that begins fenced code, indented by three spaces at
// most.
func openFence(line string) (mark, info string, ok bool) {
	rest := strings.TrimLeft(line, " ")
	if len(line)-len(rest) > 3 || rest == "" || rest[0] != '`' && rest[0] != '~' {
		return "", "", false
	}
	n := len(rest) - len(strings.TrimLeft(rest, rest[:1]))
	if n < 3 {
		return "", "", false
	}
	info = strings.TrimSpace(rest[n:])
	if rest[0] == '`' && strings.Contains(info, "`") {
		return "", "", false // code within a line
	}
	return rest[:n], info, true
}

func closesFence(line, mark string) bool {
	rest := strings.TrimLeft(line, " ")
	if len(line)-len(rest) > 3 {
		return false
	}
	rest = strings.TrimRight(rest, " \t")
	return len(rest) >= len(mark) && strings.Trim(rest, mark[:1]) == ""
}

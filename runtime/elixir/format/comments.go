package format

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/elixir/token"
)

// comment is a run of comments on lines of their own, or a single one.
type comment struct {
	line           int
	previous, next int // newlines before and behind
	doc            doc
}

// gather joins the comments that follow each other line by line.
func gather(list []token.Comment) []comment {
	var out []comment
	for i := 0; i < len(list); i++ {
		c := comment{list[i].Line, list[i].PreviousEOL, list[i].NextEOL, str(commentText(list[i].Text))}
		if c.previous == 0 {
			c.previous = 2
			out = append(out, c)
			continue
		}
		line := c.line + 1
		for i+1 < len(list) && list[i+1].Line == line && list[i+1].PreviousEOL != 0 {
			i++
			line++
			c.next = list[i].NextEOL
			c.doc = lines(c.doc, str(commentText(list[i].Text)))
		}
		out = append(out, c)
	}
	return out
}

// commentText puts a space behind the # of a comment.
func commentText(s string) string {
	rest := strings.TrimLeft(s, "#")
	marks := s[:len(s)-len(rest)]
	if rest == "" || rest[0] == ' ' || rest[0] == '!' && marks == "#" {
		return s
	}
	if rest[0] == '!' {
		return s
	}
	return marks + " " + rest
}

// piece is a document of a block or a list of arguments: what stands between
// it and the next, and the newlines that followed it.
type piece struct {
	doc      doc
	next     doc
	newlines int
}

// span returns the first and the last line of an expression.
func span(e quoted.Expr, lo, hi int) (int, int) {
	switch x := e.(type) {
	case *quoted.Node:
		if l := x.Meta.Line(); l > 0 {
			lo, hi = min(lo, l), max(hi, l)
		}
		lo, hi = span(x.Head, lo, hi)
		return span(x.Args, lo, hi)
	case quoted.Tuple:
		if len(x) == 2 {
			lo, hi = span(x[0], lo, hi)
			return span(x[1], lo, hi)
		}
	case quoted.List:
		for _, y := range x {
			lo, hi = span(y, lo, hi)
		}
	}
	return lo, hi
}

// withComments writes expressions with the comments among them, which lie
// between the lines lo and hi. each writes one; rest is how many follow it.
func (f *formatter) withComments(args quoted.List, pieces []piece, lo, hi int, each func(e quoted.Expr, rest int) piece) ([]doc, bool) {
	skip := 0
	for skip < len(f.comments) && f.comments[skip].line <= lo {
		skip++
	}
	before := f.comments[:skip:skip]
	f.comments = f.comments[skip:]
	found := false
	if len(f.comments) == 0 {
		for i, a := range args {
			pieces = append(pieces, each(a, len(args)-i-1))
		}
	} else {
		for i, a := range args {
			start, end := span(a, maxLine, minLine)
			if start == maxLine && end == minLine {
				pieces = append(pieces, each(a, len(args)-i-1))
				continue
			}
			pieces, found = f.commentsBefore(start, pieces, found)
			p := each(a, len(args)-i-1)
			for len(f.comments) > 0 && f.comments[0].line >= start && f.comments[0].line <= end {
				pieces = append(pieces, piece{f.comments[0].doc, nil, 1})
				f.comments = f.comments[1:]
				found = true
			}
			if p.newlines > 1 && len(f.comments) > 0 && f.comments[0].line == end+1 {
				p.newlines = 1
			}
			pieces = append(pieces, p)
		}
		pieces, found = f.commentsBefore(hi, pieces, found)
	}
	f.comments = append(before, f.comments...)
	return merge(pieces), found
}

func (f *formatter) commentsBefore(line int, pieces []piece, found bool) ([]piece, bool) {
	for len(f.comments) > 0 && f.comments[0].line < line {
		c := f.comments[0]
		if n := len(pieces); n > 0 && pieces[n-1].newlines < c.previous {
			pieces[n-1].newlines = c.previous
		}
		pieces = append(pieces, piece{c.doc, nil, c.next})
		f.comments = f.comments[1:]
		found = true
	}
	return pieces, found
}

// merge puts empty lines between pieces where the author had them, and around
// pieces of several lines.
func merge(pieces []piece) []doc {
	out := make([]doc, len(pieces))
	var left doc
	for i, p := range pieces {
		right := p.next
		if p.newlines >= 2 {
			right = newline{}
		}
		d := p.doc
		if left != nil {
			d = concat(left, d)
		}
		if i < len(pieces)-1 && right != nil {
			d = concat(d, &collapse{2}, right)
		}
		out[i] = grouped(d)
		left = right
	}
	return out
}

package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Typing is what is being typed at a place of a query: an operator or a word,
// or the value of an operator.
type Typing struct {
	Span
	// Op is set for a value; Text is what is there of it, without quotation marks.
	Op   Op
	Text string
}

// At says what is being typed where the cursor stands, a place in bytes. The
// span is what a choice takes the place of.
func At(text string, cursor int) Typing {
	cursor = min(max(cursor, 0), len(text), MaxText)
	for cursor > 0 && cursor < len(text) && !utf8.RuneStart(text[cursor]) {
		cursor--
	}
	l := lexer{text: text[:cursor]}
	for {
		t := l.next()
		switch {
		case t.kind == tokenEnd:
			return Typing{Span: Span{cursor, 0}}
		case t.End() < cursor || t.kind == tokenPhrase || t.kind == tokenOpen || t.kind == tokenClose || t.kind == tokenNot:
			if t.End() >= cursor {
				return Typing{Span: Span{cursor, 0}}
			}
			continue
		case t.kind == tokenField && !closed(text[t.At:cursor]):
			op, _ := opNamed(t.op)
			from := t.At + strings.IndexByte(text[t.At:cursor], ':') + 1
			return Typing{Span{from, cursor - from}, op, t.text}
		case t.kind == tokenField:
			return Typing{Span: Span{cursor, 0}}
		}
		return Typing{Span: t.Span, Text: t.text}
	}
}

// closed reports whether an operator's value stands in quotation marks that end.
func closed(field string) bool {
	_, v, _ := strings.Cut(field, ":")
	v = strings.TrimFunc(v, unicode.IsSpace)
	n := 0
	for _, r := range v {
		if isQuote(r) {
			n++
		}
	}
	return n > 1
}

// Write is an operator with its value as it is typed into a query.
func Write(op Op, value string) string { return Query{Field{Op: op, Value: value}}.String() }

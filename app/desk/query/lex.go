package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind byte

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenPhrase
	tokenField
	tokenNot
	tokenOr
	tokenAnd
	tokenOpen
	tokenClose
)

type token struct {
	Span
	kind tokenKind
	text string // of a word or phrase; of a field the value
	op   string // of a field, as it was typed
}

// lexer cuts a text into tokens. It goes over the text once.
type lexer struct {
	text   string
	at     int
	faults []Fault
}

func (l *lexer) fault(f Fault) {
	if len(l.faults) < maxFault {
		l.faults = append(l.faults, f)
	}
}

// dropped reports whether a character is passed over: it is not seen and says
// nothing. What joins letters in some scripts stays.
func dropped(r rune, size int) bool {
	switch {
	case r == utf8.RuneError && size <= 1:
		return true
	case r == '\u200c' || r == '\u200d':
		return false
	case r == '\u00ad' || r == '\u180e' || r == '\ufeff' || r == '\u034f':
		return true
	case unicode.IsSpace(r):
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf)
}

// Marks of direction belong to how some languages are typed; nothing is said of them.
func directional(r rune) bool { return r == '\u200e' || r == '\u200f' || r == '\u061c' }

// rune gives the character at the place, past what is passed over; 0 at the end.
func (l *lexer) rune() (rune, int) {
	from := -1
	for l.at < len(l.text) {
		r, n := utf8.DecodeRuneInString(l.text[l.at:])
		if !dropped(r, n) {
			break
		}
		if from < 0 && !directional(r) {
			from = l.at
		}
		l.at += n
	}
	if from >= 0 {
		l.fault(fault(Span{from, l.at - from}, faultInvisible))
	}
	if l.at == len(l.text) {
		return 0, 0
	}
	return utf8.DecodeRuneInString(l.text[l.at:])
}

const quotes = `"“”„‟«»`

func isQuote(r rune) bool { return strings.ContainsRune(quotes, r) }

func (l *lexer) next() token {
	for {
		r, n := l.rune()
		if n == 0 {
			return token{Span: Span{l.at, 0}}
		}
		if !unicode.IsSpace(r) {
			break
		}
		l.at += n
	}
	r, n := l.rune()
	at := l.at
	one := func(k tokenKind) token {
		l.at += n
		return token{Span: Span{at, n}, kind: k}
	}
	switch {
	case r == '(':
		return one(tokenOpen)
	case r == ')':
		return one(tokenClose)
	case isQuote(r):
		return token{kind: tokenPhrase, text: l.phrase(), Span: Span{at, l.at - at}}
	case r == '-':
		t := one(tokenNot)
		switch r, n := l.rune(); {
		case n == 0 || unicode.IsSpace(r):
			return l.next() // a dash by itself
		case r != '-':
			return t
		}
		l.at = at // two of them begin a word such as --force
	}
	return l.word(at)
}

// phrase reads from a quotation mark to the one that ends it.
func (l *lexer) phrase() string {
	at := l.at
	open, n := l.rune()
	l.at += n
	var b strings.Builder
	for {
		r, n := l.rune()
		if n == 0 {
			l.fault(fault(Span{at, utf8.RuneLen(open)}, faultQuote))
			break
		}
		l.at += n
		if r == '"' || open != '"' && isQuote(r) {
			break
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// word reads a word, which may be an operator with its value. A bracket that is
// opened within a word and closed in it belongs to it, as in main(12).
func (l *lexer) word(at int) token {
	var b strings.Builder
	depth := 0
	for {
		r, n := l.rune()
		if n == 0 || unicode.IsSpace(r) || isQuote(r) || r == ')' && depth == 0 {
			break
		}
		l.at += n
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ':':
			if name := b.String(); name != "" && letters(name) {
				if op, ok := opNamed(name); ok {
					return l.field(at, string(op))
				}
			}
		}
		b.WriteRune(r)
	}
	t := token{Span: Span{at, l.at - at}, kind: tokenWord, text: b.String()}
	switch t.text {
	case "or", "OR":
		t.kind = tokenOr
	case "and", "AND":
		t.kind = tokenAnd
	case "NOT":
		t.kind = tokenNot
	}
	return t
}

// field reads the value behind an operator: a phrase, or up to a blank.
func (l *lexer) field(at int, op string) token {
	t := token{kind: tokenField, op: op}
	r, n := l.rune()
	if n > 0 && isQuote(r) {
		t.text = l.phrase()
	} else if n > 0 && !unicode.IsSpace(r) {
		var b strings.Builder
		for depth := 0; ; {
			r, n := l.rune()
			if n == 0 || unicode.IsSpace(r) || isQuote(r) || r == ')' && depth == 0 {
				break
			}
			depth += step(r)
			l.at += n
			b.WriteRune(r)
		}
		t.text = b.String()
	}
	t.Span = Span{at, l.at - at}
	return t
}

func step(r rune) int {
	switch r {
	case '(':
		return 1
	case ')':
		return -1
	}
	return 0
}

func letters(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// plain reports whether a value can stand without quotation marks.
func plain(v string) bool {
	l := lexer{text: "x:" + v}
	l.at = 2
	t := l.field(0, "x")
	return t.text == v && l.at == len(l.text) && v != ""
}

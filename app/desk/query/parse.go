package query

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parse reads a query. It never fails: the faults say what is wrong at which
// place, and the query is the best that can be had of the text.
func Parse(text string) (Query, []Fault) {
	p := &parser{}
	if read := Read(text); len(read) < len(text) {
		p.fault(fault(Span{len(read), len(text) - len(read)}, faultTooLong))
		text = read
	}
	p.text = text
	p.read()
	q := Query{p.or(0)}
	slices.SortStableFunc(p.faults, func(a, b Fault) int { return a.At - b.At })
	return q, p.faults
}

// Read is as much of a text as is read.
func Read(text string) string {
	if len(text) <= MaxText {
		return text
	}
	cut := MaxText
	for cut > MaxText-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}

// parser reads tokens into a tree, with one token read ahead.
type parser struct {
	lexer
	tok   token
	parts int
	// skipped counts the brackets that were passed over for being too deep.
	skipped int
	// cut says that what follows was left out.
	cut bool
}

func (p *parser) read() {
	p.tok = p.next()
	switch p.tok.kind {
	case tokenWord, tokenPhrase, tokenField:
		if p.parts++; p.parts > MaxParts {
			p.fault(fault(Span{p.tok.At, len(p.text) - p.tok.At}, faultTooMany, "most", strconv.Itoa(MaxParts)))
			p.text, p.at, p.cut = p.text[:p.tok.At], p.tok.At, true
			p.tok = token{Span: Span{p.at, 0}}
		}
	}
}

// or reads alternatives up to the end, or to the bracket that closes them.
func (p *parser) or(depth int) Node {
	var all, side []Node
	var last token
	for {
		switch p.tok.kind {
		case tokenEnd:
			return p.ended(all, side, last)
		case tokenClose:
			switch {
			case p.skipped > 0:
				p.skipped--
			case depth > 0:
				return p.ended(all, side, last)
			default:
				p.fault(fault(p.tok.Span, faultClose))
			}
			p.read()
		case tokenOr:
			if len(side) == 0 {
				p.fault(fault(p.tok.Span, faultOr))
			} else {
				all, side, last = append(all, join(side, true)), nil, p.tok
			}
			p.read()
		case tokenAnd:
			p.read()
		default:
			if n := p.one(depth); n != nil {
				side = append(side, n)
			}
		}
	}
}

func (p *parser) ended(all, side []Node, last token) Node {
	if len(side) > 0 {
		all = append(all, join(side, true))
	} else if len(all) > 0 && !p.cut {
		p.fault(fault(last.Span, faultOr))
	}
	return join(all, false)
}

// join makes one node of several, of which all or any must hold.
func join(nodes []Node, all bool) Node {
	if len(nodes) == 0 {
		return nil
	}
	if len(nodes) == 1 {
		return nodes[0]
	}
	var flat []Node
	for _, n := range nodes {
		a, isAnd := n.(And)
		o, isOr := n.(Or)
		switch {
		case isAnd && all:
			flat = append(flat, a.Nodes...)
		case isOr && !all:
			flat = append(flat, o.Nodes...)
		default:
			flat = append(flat, n)
		}
	}
	if all {
		return And{flat}
	}
	return Or{flat}
}

// one reads a word, a phrase, an operator or a bracket, with what negates it;
// nil for what says nothing.
func (p *parser) one(depth int) Node {
	at, not := p.tok.At, false
	for p.tok.kind == tokenNot {
		not = !not
		p.read()
	}
	var n Node
	t := p.tok
	switch t.kind {
	case tokenWord:
		if p.says(t) {
			p.unknown(t)
			n = Term{t.Span, t.text}
		}
		p.read()
	case tokenPhrase:
		if t.text != "" && p.says(t) {
			n = Phrase{t.Span, t.text}
		}
		p.read()
	case tokenField:
		n = p.field(t)
		p.read()
	case tokenOpen:
		n = p.group(t, depth)
	}
	if x, twice := n.(Not); not && twice {
		return x.Node
	}
	if n != nil && not {
		return Not{Span{at, n.Place().End() - at}, n}
	}
	return n
}

// says reports whether there is something in a word that can be looked for.
func (p *parser) says(t token) bool {
	if strings.ContainsFunc(t.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }) {
		return true
	}
	p.fault(fault(t.Span, faultSigns))
	return false
}

func (p *parser) group(open token, depth int) Node {
	p.read()
	if depth == MaxDepth {
		p.fault(fault(open.Span, faultTooDeep))
		p.skipped++
		return nil
	}
	n := p.or(depth + 1)
	end := p.tok
	if end.kind == tokenClose {
		p.read()
	} else if !p.cut {
		p.fault(fault(open.Span, faultOpen))
	}
	if n == nil && !p.cut {
		p.fault(fault(Span{open.At, end.End() - open.At}, faultEmpty))
	}
	return n
}

func (p *parser) field(t token) Node {
	op, _ := opNamed(t.op)
	v, ok := op.value(t.text)
	if ok {
		return Field{t.Span, op, v}
	}
	place := Span{t.At, max(t.Len, 1)}
	switch {
	case strings.TrimSpace(t.text) == "":
		p.fault(fault(place, faultNoValue, "op", string(op)))
	case op.dated():
		p.fault(fault(place, faultDate, "value", t.text))
	case op == Tag:
		p.fault(fault(place, faultTag, "value", t.text))
	default:
		if other := near(t.text, op.Values()); other != "" {
			p.fault(fault(place, faultValueNear, "op", string(op), "value", t.text, "other", other))
		} else {
			p.fault(fault(place, faultValue, "op", string(op), "value", t.text))
		}
	}
	return nil
}

// unknown tells of a word that looks like an operator and is none. Addresses,
// ports and lines of a log hold colons, too, and nothing is said of those.
func (p *parser) unknown(t token) {
	name, rest, ok := strings.Cut(t.text, ":")
	if !ok || len(name) < 2 || !letters(name) || rest == "" || strings.ContainsAny(rest[:1], `/\:0123456789`) {
		return
	}
	var names []string
	for _, o := range Ops() {
		names = append(names, string(o))
	}
	place := Span{t.At, min(len(name)+1, t.Len)}
	if other := near(name, names); other != "" {
		p.fault(fault(place, faultOpNear, "word", name, "other", other))
	} else {
		p.fault(fault(place, faultOp, "word", name))
	}
}

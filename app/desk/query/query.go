// Package query is the filter language of saved views and of search: words,
// "exact phrases", operators such as dept: and before:, a dash for what must not
// be, or, and brackets. Client, server and page share it.
//
// [Parse] never fails: what is wrong with a text is told as faults, each at its
// place, beside the best query that can be had. A query is a tree that callers
// walk; what can be told from a ticket's head is decided by [Query.Match], and
// [Query.Texts] lists what only an index of the text can tell.
package query

import "strings"

// Bounds of what is read of a query. What is beyond them is left out with a
// fault, so that no text costs more than these.
const (
	MaxText  = 4000 // bytes
	MaxParts = 100  // words, phrases and operators
	MaxDepth = 20   // brackets within brackets
	maxFault = 20
)

// Span is a place in the text that was parsed, in bytes.
type Span struct {
	At  int `json:"at"`
	Len int `json:"len"`
}

// End is where it ends.
func (s Span) End() int { return s.At + s.Len }

// Query is what was asked. The zero Query asks nothing and holds for every ticket.
type Query struct {
	Node Node // nil for none
}

// Node is a part of a query: And, Or, Not, Term, Phrase or Field.
type Node interface {
	// Place is where in the text it stands.
	Place() Span
	write(b *strings.Builder, within byte)
}

// And holds where all of it holds; two or more.
type And struct{ Nodes []Node }

// Or holds where any of it holds; two or more.
type Or struct{ Nodes []Node }

// Not holds where Node does not. Its span begins with the dash.
type Not struct {
	Span
	Node Node
}

// Term is one word as it was typed, looked up by its beginning.
type Term struct {
	Span
	Text string
}

// Phrase is words that stand together in this order.
type Phrase struct {
	Span
	Text string
}

// Field is an operator with its value, such as dept:hosting. Op is one of the
// constants, whatever other name of it was typed; Value is one that is possible.
type Field struct {
	Span
	Op    Op
	Value string
}

func around(nodes []Node) Span {
	if len(nodes) == 0 {
		return Span{}
	}
	from, last := nodes[0].Place(), nodes[len(nodes)-1].Place()
	return Span{from.At, last.End() - from.At}
}

// Place implements Node.
func (n And) Place() Span { return around(n.Nodes) }

// Place implements Node.
func (n Or) Place() Span { return around(n.Nodes) }

// Place implements Node.
func (n Not) Place() Span { return n.Span }

// Place implements Node.
func (n Term) Place() Span { return n.Span }

// Place implements Node.
func (n Phrase) Place() Span { return n.Span }

// Place implements Node.
func (n Field) Place() Span { return n.Span }

// String writes the query in its normal form, which parses to the same query.
func (q Query) String() string {
	if q.Node == nil {
		return ""
	}
	var b strings.Builder
	q.Node.write(&b, ' ')
	return b.String()
}

// What a part writes around itself depends on what it stands in: within is
// ' ' for nothing that binds, 'a' for an And, 'o' for an Or and 'n' for a Not.

func (n And) write(b *strings.Builder, within byte) { writeAll(b, n.Nodes, " ", 'a', within == 'n') }

func (n Or) write(b *strings.Builder, within byte) {
	writeAll(b, n.Nodes, " or ", 'o', within == 'n' || within == 'a')
}

func writeAll(b *strings.Builder, nodes []Node, between string, within byte, brackets bool) {
	if brackets {
		b.WriteByte('(')
	}
	for i, x := range nodes {
		if i > 0 {
			b.WriteString(between)
		}
		x.write(b, within)
	}
	if brackets {
		// A word with an open bracket in it would take this one for its own.
		s := b.String()
		if strings.IndexByte(s[strings.LastIndexByte(s, ' ')+1:], '(') >= 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(')')
	}
}

func (n Not) write(b *strings.Builder, _ byte) {
	if t, ok := n.Node.(Term); ok && t.Text[0] == '-' { // three dashes begin a word
		b.WriteString("NOT ")
	} else {
		b.WriteByte('-')
	}
	n.Node.write(b, 'n')
}

func (n Term) write(b *strings.Builder, _ byte) { b.WriteString(n.Text) }

func (n Phrase) write(b *strings.Builder, _ byte) { b.WriteString(`"` + n.Text + `"`) }

func (n Field) write(b *strings.Builder, _ byte) {
	b.WriteString(string(n.Op) + ":")
	if plain(n.Value) {
		b.WriteString(n.Value)
	} else {
		b.WriteString(`"` + n.Value + `"`)
	}
}

// Texts lists, in their order, the parts that speak of the text of a
// conversation: every Term and Phrase, and every Field by file:. Nothing else
// needs an index of it.
func (q Query) Texts() []Node {
	var out []Node
	q.Walk(func(n Node) {
		switch x := n.(type) {
		case Term, Phrase:
			out = append(out, n)
		case Field:
			if x.Op == File {
				out = append(out, n)
			}
		}
	})
	return out
}

// Walk gives every part, a whole before its parts.
func (q Query) Walk(f func(Node)) {
	var walk func(Node)
	walk = func(n Node) {
		f(n)
		switch x := n.(type) {
		case And:
			for _, y := range x.Nodes {
				walk(y)
			}
		case Or:
			for _, y := range x.Nodes {
				walk(y)
			}
		case Not:
			walk(x.Node)
		}
	}
	if q.Node != nil {
		walk(q.Node)
	}
}

// Parts gives what stands side by side at the top and must all hold: the chips.
func (q Query) Parts() []Node {
	switch x := q.Node.(type) {
	case nil:
		return nil
	case And:
		return x.Nodes
	}
	return []Node{q.Node}
}

// Daily reports whether what the query asks depends on which day it is.
func (q Query) Daily() bool {
	daily := false
	q.Walk(func(n Node) {
		if f, ok := n.(Field); ok && f.Op.dated() && relative(f.Value) {
			daily = true
		}
	})
	return daily
}

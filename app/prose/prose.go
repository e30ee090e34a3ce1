package prose

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Block is one block of a message. Kind is "p" (Spans), "list" (Ordered,
// Items), "quote" (Folded, Blocks) or "code" (Text).
type Block struct {
	Kind    string   `json:"kind"`
	Spans   []Span   `json:"spans,omitempty"`
	Ordered bool     `json:"ordered"`
	Items   [][]Span `json:"items,omitempty"`
	Folded  bool     `json:"folded"`
	Blocks  []Block  `json:"blocks,omitempty"`
	Text    string   `json:"text,omitempty"`
}

// Span is a run of text in one style: "", "code", "strong", "em" or "link".
type Span struct {
	Text  string `json:"text"`
	Style string `json:"style,omitempty"`
	Href  string `json:"href,omitempty"`
}

const (
	maxDepth = 8 // of quotes within quotes; deeper ones stay as text
	// longQuote is how many lines a quote may have and still stand open.
	longQuote = 4
)

// Parse gives text as blocks. Every letter of it is in one of them, in order;
// what only marked (fences, quote marks, list marks, emphasis) is gone.
func Parse(text string) []Block {
	if !clean(text) {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
		text = strings.Map(func(r rune) rune {
			if control(r) {
				return -1
			}
			return r
		}, strings.ToValidUTF8(text, "\uFFFD"))
	}
	out := blocks(strings.Split(text, "\n"), 0)
	if out == nil {
		return []Block{}
	}
	return out
}

func control(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }

// clean reports whether nothing in text has to go.
func clean(text string) bool {
	for i := range len(text) {
		if control(rune(text[i])) {
			return false
		}
	}
	return utf8.ValidString(text)
}

// parser goes through lines once.
type parser struct {
	lines []string
	depth int
	out   []Block
	para  []string
}

func blocks(lines []string, depth int) []Block {
	p := &parser{lines: lines, depth: depth}
	for len(p.lines) > 0 {
		switch {
		case blank(p.lines[0]):
			p.flush()
			p.lines = p.lines[1:]
		case p.fenced(), p.quoted(), p.signed(), p.forwarded(), p.listed():
		default:
			p.para = append(p.para, p.lines[0])
			p.lines = p.lines[1:]
		}
	}
	p.flush()
	return p.out
}

// begins reports whether a line begins with one of the letters, after spaces.
// It says what a pattern need not be tried on; most lines are plain words.
func begins(l, letters string) bool {
	l = strings.TrimLeft(l, " ")
	r, size := utf8.DecodeRuneInString(l)
	return size > 0 && strings.ContainsRune(letters, r)
}

func blank(l string) bool { return strings.TrimSpace(l) == "" }

func (p *parser) add(b Block) {
	p.flush()
	p.out = append(p.out, b)
}

// flush ends a paragraph. A run of lines that is code rather than sentences
// keeps its columns.
func (p *parser) flush() {
	lines := p.para
	p.para = nil
	if len(lines) == 0 {
		return
	}
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	if looksLikeCode(lines) {
		text := strings.Join(lines, "\n")
		p.out = append(p.out, Block{Kind: "code", Text: text})
		return
	}
	if spans := inline(strings.TrimSpace(strings.Join(lines, "\n"))); len(spans) > 0 {
		p.out = append(p.out, Block{Kind: "p", Spans: spans})
	}
}

var fence = regexp.MustCompile("^ {0,3}(```+|~~~+)[ \t]*([A-Za-z0-9_+.#-]{0,20})[ \t]*$")

// fenced takes a fenced piece of code. A fence that is never closed is text.
func (p *parser) fenced() bool {
	if !begins(p.lines[0], "`~") {
		return false
	}
	m := fence.FindStringSubmatch(p.lines[0])
	if m == nil {
		return false
	}
	for i := 1; i < len(p.lines); i++ {
		l := strings.TrimSpace(p.lines[i])
		if len(l) >= len(m[1]) && strings.Trim(l, m[1][:1]) == "" {
			text := strings.Join(p.lines[1:i], "\n")
			if !blank(text) {
				p.add(Block{Kind: "code", Text: strings.TrimRight(text, "\n")})
			}
			p.lines = p.lines[i+1:]
			return true
		}
	}
	return false
}

var attribution = regexp.MustCompile(`(?i)(wrote|writes|schrieb|escribió|a écrit|ha scritto|schreef|написал\(?а?\)?)\s*:?\s*$`)

// quoted takes lines that begin with ">", and the "On … wrote:" before them.
func (p *parser) quoted() bool {
	if !strings.HasPrefix(p.lines[0], ">") || p.depth >= maxDepth {
		return false
	}
	if n := console(p.lines); n > 0 {
		p.add(Block{Kind: "code", Text: strings.Join(p.lines[:n], "\n")})
		p.lines = p.lines[n:]
		return true
	}
	var inner []string
	for len(p.lines) > 0 && strings.HasPrefix(p.lines[0], ">") {
		inner = append(inner, strings.TrimPrefix(strings.TrimPrefix(p.lines[0], ">"), " "))
		p.lines = p.lines[1:]
	}
	head := p.attributed()
	q := Block{Kind: "quote", Folded: len(inner) > longQuote || head != nil, Blocks: append(head, blocks(inner, p.depth+1)...)}
	if len(q.Blocks) > 0 {
		p.add(q)
	}
	return true
}

// attributed takes "On … wrote:" out of the paragraph before a quote.
func (p *parser) attributed() []Block {
	if len(p.para) == 0 && len(p.out) > 0 {
		last := p.out[len(p.out)-1]
		if last.Kind != "p" || len(last.Spans) == 0 || !attribution.MatchString(last.Spans[len(last.Spans)-1].Text) || lines(last) > 3 {
			return nil
		}
		p.out = p.out[:len(p.out)-1]
		return []Block{last}
	}
	n := len(p.para)
	if n == 0 || !attribution.MatchString(p.para[n-1]) {
		return nil
	}
	from := n - 1
	if n > 1 && n <= 3 {
		from = 0
	}
	head := blocks(p.para[from:], p.depth+1)
	p.para = p.para[:from]
	return head
}

func lines(b Block) int {
	n := 1
	for _, s := range b.Spans {
		n += strings.Count(s.Text, "\n")
	}
	return n
}

// signed takes a signature: everything below "-- ", folded.
func (p *parser) signed() bool {
	if l := p.lines[0]; l != "-- " && l != "--" || p.depth >= maxDepth {
		return false
	}
	return p.fold(p.lines[1:])
}

var footer = regexp.MustCompile(`^(_{20,}|-{3,} ?(Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine) ?-{3,}|\t?\[\[alternative HTML version deleted\]\])\s*$`)

// forwarded takes what mail programs and lists add below a message, folded.
func (p *parser) forwarded() bool {
	if !begins(p.lines[0], "_-[\t") || p.depth >= maxDepth || !footer.MatchString(p.lines[0]) {
		return false
	}
	first := strings.TrimSpace(strings.Trim(strings.TrimSpace(p.lines[0]), "_"))
	inner := p.lines[1:]
	if first != "" {
		inner = append([]string{first}, inner...)
	}
	if strings.HasPrefix(p.lines[0], "-") {
		// The dashes would be found again.
		inner = append([]string{strings.Trim(first, "- ")}, p.lines[1:]...)
	}
	if strings.Contains(first, "[[") {
		p.add(Block{Kind: "quote", Folded: true, Blocks: []Block{{Kind: "p", Spans: []Span{{Text: first}}}}})
		p.lines = p.lines[1:]
		return true
	}
	return p.fold(inner)
}

// fold puts the rest of the message into a folded block.
func (p *parser) fold(inner []string) bool {
	q := Block{Kind: "quote", Folded: true, Blocks: blocks(inner, p.depth+1)}
	if len(q.Blocks) > 0 {
		p.add(q)
	} else {
		p.flush()
	}
	p.lines = nil
	return true
}

var (
	bullet = regexp.MustCompile(`^ {0,3}[-*•] +(\S.*)$`)
	number = regexp.MustCompile(`^ {0,3}(\d{1,3})[.)] +(\S.*)$`)
)

// listed takes two or more list items in a row. Numbers that do not count from
// one up would be changed by a list, so they stay text.
func (p *parser) listed() bool {
	if !begins(p.lines[0], "-*•0123456789") {
		return false
	}
	if len(p.para) > 0 && !strings.HasSuffix(strings.TrimSpace(p.para[len(p.para)-1]), ":") {
		return false
	}
	ordered := number.MatchString(p.lines[0])
	var items []string
	i := 0
	for ; i < len(p.lines); i++ {
		l := p.lines[i]
		if m := number.FindStringSubmatch(l); ordered && m != nil && m[1] == itoa(len(items)+1) {
			items = append(items, m[2])
		} else if m := bullet.FindStringSubmatch(l); !ordered && m != nil {
			items = append(items, m[1])
		} else if len(items) > 0 && !blank(l) && (strings.HasPrefix(l, "  ") || strings.HasPrefix(l, "\t")) {
			items[len(items)-1] += "\n" + strings.TrimSpace(l)
		} else {
			break
		}
	}
	if len(items) < 2 || i < len(p.lines) && !blank(p.lines[i]) && ordered && number.MatchString(p.lines[i]) {
		return false
	}
	b := Block{Kind: "list", Ordered: ordered}
	for _, it := range items {
		b.Items = append(b.Items, inline(it))
	}
	p.add(b)
	p.lines = p.lines[i:]
	return true
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

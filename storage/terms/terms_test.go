package terms

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"docket/app/desk"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Don't PANIC, it's 42!":             "dont panic its 42",
		"Müller straße Ærø ŁÓDŹ naïve ﬁne":  "muller strasse aero lodz naive fine",
		"192.168.0.17:8080":                 "192 168 0 17 8080",
		"ERR_CONN-RESET 0x80070005":         "err conn reset 0x80070005",
		"日本語のメール":                           "日本 本語 語の のメ メー ール",
		"犬":                                 "犬",
		"Fehler：ログイン":                       "fehler ログ グイ イン",
		"pass\u200bword":                    "password",
		"أَهْلًا وسهلا":                     "اهلا وسهلا",
		"Привет, Ёлка":                      "привет елка",
		"at com.acme.Foo$Bar.run(Foo.java)": "at com acme foo bar run foo java",
		"abc日本x":                            "abc 日本 x",
		"…—\xff\xfe":                        "",
		strings.Repeat("x", 100):            strings.Repeat("x", Longest),
	} {
		var got []string
		for _, w := range Words(text) {
			got = append(got, w.Term)
			if w.Start >= w.End || w.End > len(text) {
				t.Errorf("%q: %q stands at %d to %d", text, w.Term, w.Start, w.End)
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("words of %q: got %q, want %q", text, s, want)
		}
	}
	if ws := Words("a-b c"); !ws[1].Joined || ws[2].Joined {
		t.Errorf("what is joined: %+v", ws)
	}
}

func TestInflected(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"running", "runs", true},
		{"connections", "connect", true},
		{"printer", "printers", true},
		{"happiness", "happy", true},
		{"rechnungen", "rechnung", true},
		{"hauser", "haus", true},
		{"drucker", "druckern", true},
		{"mail", "mailbox", false},
		{"universe", "unit", false},
	} {
		f, ok := Inflect(c.a)
		if got := ok && strings.HasPrefix(c.b, f.Prefix) && f.Has(c.b); got != c.want {
			t.Errorf("%s and %s: got %t, want %t", c.a, c.b, got, c.want)
		}
	}
}

func TestNear(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"pritner", "printer", true},
		{"router", "ruoter", true},
		{"mail", "mial", true},
		{"conection", "connection", true},
		{"connextoin", "connection", true},
		{"cat", "car", false},
		{"mail", "mall", true},
		{"mail", "meal", false},
		{"10423", "10424", false},
	} {
		if got := Near(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: got %t, want %t", c.a, c.b, got, c.want)
		}
	}
}

// held is a segment in memory.
type held struct {
	places []byte
	blocks []Block
	at     int
}

func (h *held) Seek(key []byte) (last, value []byte, err error) {
	h.at, _ = slices.BinarySearchFunc(h.blocks, key, func(b Block, k []byte) int { return bytes.Compare(b.Last, k) })
	return h.here()
}

func (h *held) Places(at, size uint64) ([]byte, error) { return h.places[at : at+size], nil }

func (h *held) Next() (last, value []byte, err error) { h.at++; return h.here() }

func (h *held) here() (last, value []byte, err error) {
	if h.at >= len(h.blocks) {
		return nil, nil, nil
	}
	return h.blocks[h.at].Last, h.blocks[h.at].Value, nil
}

// TestSegment builds segments of random words and finds each word, and where it
// stands, as a plain search does. Then it takes a block away, and a lookup of
// what is not found for it says so.
func TestSegment(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	b := NewBuilder()
	want := map[string]map[uint32][]uint32{}
	for d := range uint32(1500) {
		b.Begin([16]byte{byte(d)})
		b.Part(0)
		var text []string
		for i := range uint32(40) {
			w := fmt.Sprintf("w%d", int(r.ExpFloat64()*150))
			text = append(text, w)
			if want[w] == nil {
				want[w] = map[uint32][]uint32{}
			}
			want[w][d] = append(want[w][d], i)
		}
		b.Add(strings.Join(text, " "))
	}
	s := b.Finish()
	last := s.Blocks[len(s.Blocks)-1].Last
	h := &held{blocks: s.Blocks, places: s.Places}
	lookup := func(w string) (map[uint32][]uint32, error) {
		got := map[uint32][]uint32{}
		var herr error
		err := Lookup(h, last, w, func(p Postings) {
			c := p.Cursor()
			for c.Next() && herr == nil {
				got[c.Doc], herr = p.Places(c.Hit, h, nil)
			}
			herr = errors.Join(herr, c.Err())
		})
		if err == nil {
			err = herr
		}
		return got, err
	}
	for w, docs := range want {
		got, err := lookup(w)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(docs) {
			t.Fatalf("%s: got %d documents, %v, want %d", w, len(got), err, len(docs))
		}
	}
	for _, w := range []string{"a", "w1x", "zz", "w99999"} {
		if got, err := lookup(w); err != nil || len(got) > 0 {
			t.Fatalf("%s: got %v, %v", w, got, err)
		}
	}
	for i := 0; i < len(s.Blocks); i += 3 {
		h.blocks = slices.Delete(slices.Clone(s.Blocks), i, i+1)
		for w, docs := range want {
			if got, err := lookup(w); err == nil && len(got) != len(docs) {
				t.Fatalf("without block %d, %s is found in %d documents of %d, and nobody is told", i, w, len(got), len(docs))
			}
		}
	}
}

// TestMerge merges segments in which some words are in nearly all documents, in
// another order and without some, and finds in the new one what was in the old.
func TestMerge(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	type at struct {
		title  bool
		places []uint32
	}
	want := map[string]map[uint32]at{}
	const each, of = 1800, 4
	to := r.Perm(each * of)
	var sources []Source
	for i := range of {
		b := NewBuilder()
		s := Source{}
		for d := range each {
			no := uint32(to[i*each+d])
			if no%5 == 0 {
				no = Gone
			}
			s.To = append(s.To, no)
			b.Begin([16]byte{byte(d)})
			b.Part(0)
			var text []string
			for j := range uint32(30) {
				w := fmt.Sprintf("w%d", int(r.ExpFloat64()*60))
				text = append(text, w)
				if no == Gone {
					continue
				}
				if want[w] == nil {
					want[w] = map[uint32]at{}
				}
				x := want[w][no]
				want[w][no] = at{x.title || j < 5, append(x.places, j)}
			}
			b.Add(strings.Join(text[:5], " "))
			b.Title()
			b.Add(strings.Join(text[5:], " "))
		}
		seg := b.Finish()
		s.Blocks, s.Last = &held{blocks: seg.Blocks, places: seg.Places}, seg.Blocks[len(seg.Blocks)-1].Last
		sources = append(sources, s)
	}
	new := &held{}
	merge := func() ([]byte, error) {
		*new = held{}
		return Merge(sources, func(b Block) error { new.blocks = append(new.blocks, b); return nil }, func(p []byte) error { new.places = append(new.places, p...); return nil })
	}
	last, err := merge()
	if err != nil {
		t.Fatal(err)
	}
	for w, docs := range want {
		got := map[uint32]at{}
		var herr error
		err := Lookup(new, last, w, func(p Postings) {
			c := p.Cursor()
			for c.Next() && herr == nil {
				var places []uint32
				places, herr = p.Places(c.Hit, new, nil)
				got[c.Doc] = at{c.Title, places}
			}
			herr = errors.Join(herr, c.Err())
		})
		if err = errors.Join(err, herr); err != nil || fmt.Sprint(got) != fmt.Sprint(docs) {
			t.Fatalf("%s: got %d documents, %v, want %d", w, len(got), err, len(docs))
		}
	}
	whole := sources[2].Blocks.(*held).blocks
	for i := range whole {
		sources[2].Blocks.(*held).blocks = slices.Delete(slices.Clone(whole), i, i+1)
		if _, err := merge(); !errors.Is(err, ErrBroken) {
			t.Fatalf("without block %d: got %v", i, err)
		}
	}
}

func TestTextOf(t *testing.T) {
	for in, want := range map[string]string{
		"plain Grüße":             "plain Grüße",
		"\xef\xbb\xbfwith mark":   "with mark",
		"\xff\xfeh\x00i\x00":      "hi",
		"\xfe\xff\x00h\x00i":      "hi",
		"Gr\xfc\xdfe aus K\xf6ln": "Grüße aus Köln",
		"\x7fELF\x00\x01":         "",
		"":                        "",
	} {
		if got := TextOf([]byte(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for _, c := range []struct {
		f    desk.Attachment
		want bool
	}{
		{desk.Attachment{Type: "text/plain; charset=utf-8", Size: 10}, true},
		{desk.Attachment{Type: "application/json", Size: MostFile}, true},
		{desk.Attachment{Type: "application/problem+json", Size: 1}, true},
		{desk.Attachment{Type: "text/plain", Size: MostFile + 1}, false},
		{desk.Attachment{Type: "text/plain"}, false},
		{desk.Attachment{Type: "image/svg+xml", Size: 10}, false},
		{desk.Attachment{Type: "application/pdf", Size: 10}, false},
	} {
		if got := HasText(c.f); got != c.want {
			t.Errorf("%+v: got %t", c.f, got)
		}
	}
}

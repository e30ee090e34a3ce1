package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"docket/app/desk"
	"docket/app/prose"
)

// maxLook is how much of a text is shown; who wants all of it saves it.
const maxLook = 256 << 10

// FileLook is what the window shows of a file: a picture by its address, a text
// by its first part, and of anything else why not.
type FileLook struct {
	// Kind is "picture", "text" or "" for what is only saved.
	Kind string `json:"kind"`
	// Width and Height are the points a picture has, also of one with too many.
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Text   string `json:"text"`
	// Charset is what the text was read as, "" for UTF-8.
	Charset string `json:"charset"`
	// Guessed says that nothing in the file tells its charset.
	Guessed bool `json:"guessed"`
	// Rest is how many bytes follow what is shown.
	Rest int64 `json:"rest"`
	// Odd says that the text has signs that cannot be seen, which are named in it.
	Odd bool `json:"odd"`
}

// LookFile reads a file of a ticket so that the window can show it; it is
// fetched first if it is not here. Nothing in it is run or followed.
func (a *API) LookFile(ticket, hash string) (_ FileLook, err error) {
	s, f, err := a.fetch(ticket, hash)
	if err != nil {
		return FileLook{}, err
	}
	r, err := s.files.Open(f.Hash)
	if err != nil {
		return FileLook{}, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if pictures[f.Type] {
		return lookAtPicture(r), nil
	}
	b, err := io.ReadAll(io.LimitReader(r, maxLook+1))
	if err != nil {
		return FileLook{}, err
	}
	return lookAtText(b, f), nil
}

func lookAtPicture(r io.Reader) FileLook {
	conf, _, fits, err := measured(r)
	switch {
	case err != nil:
		return FileLook{}
	case !fits:
		return FileLook{Width: conf.Width, Height: conf.Height}
	}
	return FileLook{Kind: "picture", Width: conf.Width, Height: conf.Height}
}

func lookAtText(b []byte, f desk.Attachment) FileLook {
	cut := len(b) > maxLook
	if cut {
		b = b[:maxLook]
	}
	text, charset, guessed, ok := readText(b, cut)
	if !ok {
		return FileLook{}
	}
	v := FileLook{Kind: "text", Charset: charset, Guessed: guessed}
	if cut {
		v.Rest = max(f.Size-maxLook, 1)
	}
	v.Text, v.Odd = plain(text)
	return v
}

// readText reads bytes as text. A mark at the start tells the charset; without
// one it is UTF-8 if it can be, and otherwise read as Windows-1252, in which
// every byte is something. What has signs no text has is none.
func readText(b []byte, cut bool) (text, charset string, guessed, ok bool) {
	switch {
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		b = b[3:]
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}), bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return wide(b), "UTF-16", false, true
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return "", "", false, false
	}
	if cut { // the last letter may be cut through
		for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
			if c := b[len(b)-i]; utf8.RuneStart(c) {
				if !utf8.FullRune(b[len(b)-i:]) {
					b = b[:len(b)-i]
				}
				break
			}
		}
	}
	if utf8.Valid(b) {
		return string(b), "", false, !strange(b)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(out), "Windows-1252", true, err == nil && !strange(b)
}

// strange reports whether there are more control signs than a log with colours
// has: that is a program or a picture.
func strange(b []byte) bool {
	odd := 0
	for _, c := range b {
		if c < 0x20 && !strings.ContainsRune("\t\n\r\f\x1b\b", rune(c)) {
			odd++
		}
	}
	return odd > len(b)/100
}

func wide(b []byte) string {
	high, low := 1, 0
	if b[0] == 0xFE {
		high, low = 0, 1
	}
	var units []uint16
	for i := 2; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i+high])<<8|uint16(b[i+low]))
	}
	if n := len(units); n > 0 && utf16.IsSurrogate(rune(units[n-1])) {
		units = units[:n-1]
	}
	return string(utf16.Decode(units))
}

// plain names in a text what cannot be seen in it: what turns the direction,
// what hides between letters, what once moved the paper. A zero-width joiner
// stays, for it makes one sign of several in Persian, in Hindi and in emoji.
func plain(text string) (string, bool) {
	odd := false
	var out strings.Builder
	out.Grow(len(text))
	name := func(s string) {
		odd = true
		out.WriteString(s)
	}
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		switch {
		case r == '\n', r == '\t', r == '\u200c', r == '\u200d':
			out.WriteRune(r)
		case r < 0x20:
			name(string('\u2400' + r))
		case r == 0x7f:
			name("\u2421")
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			name(fmt.Sprintf("⟨U+%04X⟩", r))
		default:
			out.WriteRune(r)
		}
	}
	return out.String(), odd
}

// Preview gives a text as its reader will see it.
func (a *API) Preview(written string) ([]prose.Block, error) {
	if _, err := a.session(); err != nil {
		return nil, err
	}
	written, err := text("text", written, maxText)
	if err != nil {
		return nil, err
	}
	return prose.Parse(written), nil
}

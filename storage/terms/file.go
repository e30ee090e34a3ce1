package terms

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"docket/app/desk"
)

// MostFile is how large a file may be that is read for its words, in bytes.
const MostFile = 1 << 20

// HasText reports whether a file is text and small enough to be read for its
// words.
func HasText(f desk.Attachment) bool {
	kind, _, _ := strings.Cut(f.Type, ";")
	switch kind = strings.TrimSpace(kind); {
	case f.Size <= 0 || f.Size > MostFile:
		return false
	case strings.HasPrefix(kind, "text/"), strings.HasSuffix(kind, "+xml") && kind != "image/svg+xml", strings.HasSuffix(kind, "+json"):
		return true
	}
	return kind == "application/json" || kind == "application/xml" || kind == "application/yaml"
}

// TextOf gives the text in the bytes of a file: UTF-8, UTF-16 with its mark, or
// else Latin as Windows writes it; "" if it is no text.
func TextOf(b []byte) string {
	decoded := func(out []byte, err error) string {
		if err != nil {
			return ""
		}
		return string(out)
	}
	switch {
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}), bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return decoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b))
	case bytes.IndexByte(b, 0) >= 0:
		return ""
	case utf8.Valid(b):
		return string(bytes.TrimPrefix(b, []byte("\uFEFF")))
	}
	return decoded(charmap.Windows1252.NewDecoder().Bytes(b))
}

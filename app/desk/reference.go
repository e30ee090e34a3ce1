package desk

import "strings"

// speakable leaves out what is misheard or misread on a telephone. Its thirty
// and the U that stands nowhere but at the end are as many as a prime, so that
// one weighted sum finds every character that is another one and any two that
// are swapped.
const (
	speakable  = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	checkables = speakable + "U"
	codeLen    = 5
)

// Code is what the code of a ticket is kept and found by, such as "K7-QM4": five
// of thirty characters derived from the ticket id alone, so that both sides know
// it.
func (id TicketID) Code() string {
	h := uint64(14695981039346656037)
	for _, c := range []byte(id) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 32
	var b [codeLen]byte
	for i := range b {
		b[i] = speakable[h%uint64(len(speakable))]
		h /= uint64(len(speakable))
	}
	return string(b[:2]) + "-" + string(b[2:])
}

// Reference is the code a person can say before the ticket has a number: its
// Code with a check character at the end.
func (id TicketID) Reference() string { return SayCode(id.Code()) }

// SayCode is a code as it is said: with its check character.
func SayCode(code string) string { return code + string(checkOf(strings.ReplaceAll(code, "-", ""))) }

// checkOf is the character with which the sum of six, each times its place, is
// nothing by 31: as 5 times 6 is one less than nothing, it is five times the sum of
// the others.
func checkOf(five string) byte {
	sum := 0
	for i, c := range five {
		sum += (i + 1) * strings.IndexRune(speakable, c)
	}
	return checkables[5*sum%len(checkables)]
}

// ParseReference reads a speakable code as it is typed, in any case, with or
// without its hyphen, and gives the Code. One of five characters was said by an
// older Docket and has no check. The error says which character cannot be in one,
// or that they do not fit each other.
func ParseReference(s string) (string, error) {
	wrong := func(message string) *Error {
		return &Error{Code: CodeInvalid, Field: "code", Message: message, Hint: "Ask for it once more, letter by letter; it looks like {sample}."}
	}
	sample := SayCode("K7-QM4")
	code := bare(s)
	for i, c := range code {
		switch {
		case c == 'U' && i != codeLen && strings.ContainsRune(checkables, c):
			return "", wrong("A U is nowhere but at the end of a code.").With("sample", sample)
		case !strings.ContainsRune(checkables, c):
			return "", wrong("“{letter}” is in no code. A code has no 0, 1, I, L and O.").With("sample", sample, "letter", string(c))
		}
	}
	switch {
	case len(code) == codeLen:
	case len(code) != codeLen+1:
		return "", wrong("A code has six letters and digits.").With("sample", sample)
	case code[codeLen] != checkOf(code[:codeLen]):
		return "", wrong("This code does not fit together: a letter was misheard, or two were swapped.").With("sample", sample)
	}
	return code[:2] + "-" + code[2:codeLen], nil
}

// BeginsReference reports whether what was typed so far may become a code, by what
// ParseReference says of its characters.
func BeginsReference(s string) bool {
	rest := codeLen - len(bare(s))
	_, err := ParseReference(s + strings.Repeat("2", max(rest, 0)))
	return rest > 0 && err == nil
}

// HasCheck reports whether a code that ParseReference takes has its check
// character: without, it is of an older Docket, or one character was left out.
func HasCheck(s string) bool { return len(bare(s)) > codeLen }

func bare(s string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "", "#", "").Replace(strings.TrimSpace(s)))
}

package desk

import "strings"

// PhoneLine is a number that people can call. All of it is for everybody,
// whatever they may do here otherwise: who cannot write can call (BEHAVIOURS
// 1.33, 2.9–2.11).
type PhoneLine struct {
	Number string `json:"number"`
	// Country is where it is, as two letters such as gb; "" for everywhere.
	Country string `json:"country,omitempty"`
	// Languages are those spoken there, the first first, as two letters.
	Languages []string `json:"languages,omitempty"`
	// Menu is what to press or say, in the words of the line.
	Menu string `json:"menu,omitempty"`
	For  string `json:"for,omitempty"`
	// TollFree numbers cost nothing, and mostly work in their country only.
	TollFree bool     `json:"toll_free,omitempty"`
	Open     Calendar `json:"open,omitzero"`
}

// Dialled is a number as a telephone takes it: digits and plus signs alone.
func Dialled(number string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
}

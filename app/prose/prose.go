package prose

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

// Parse gives text as blocks.
func Parse(text string) []Block {
	if text == "" {
		return []Block{}
	}
	return []Block{{Kind: "p", Spans: []Span{{Text: text}}}}
}

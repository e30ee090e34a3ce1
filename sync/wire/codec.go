package wire

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"docket/app/desk"
)

// The hard limits of the decoder. A peer that exceeds one is broken or
// hostile; the frame is refused before anything of its size is allocated.
const (
	maxDepth    = 16
	maxElements = 10_000
)

// Codec is the one encoding of the program: CBOR with sorted keys, the names
// of the json tags, times as RFC 3339 text in UTC with nanoseconds. The same
// value always gives the same bytes. Its zero value is ready; storage packages
// are handed one because they may not import sync.
type Codec struct{}

// Marshal is [Marshal].
func (Codec) Marshal(v any) ([]byte, error) { return Marshal(v) }

// Unmarshal is [Unmarshal].
func (Codec) Unmarshal(b []byte, v any) error { return Unmarshal(b, v) }

// Marshal encodes v.
func Marshal(v any) ([]byte, error) {
	b, err := encoder.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return b, nil
}

// Unmarshal decodes b into v, ignoring fields v does not have (BEHAVIOURS
// 0.24). It refuses what is too deep or too long, duplicate keys, tags,
// indefinite lengths and text that is not UTF-8. The result shares no memory
// with b.
func Unmarshal(b []byte, v any) error {
	if err := lenient.Unmarshal(b, v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}

// unmarshalStrict also refuses unknown fields: what a person may ask for is
// decided by the argument types and nothing else (RELIABILITY T31).
func unmarshalStrict(b []byte, v any) error {
	if err := strict.Unmarshal(b, v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}

var (
	encoder = must(cbor.EncOptions{
		Sort:          cbor.SortCoreDeterministic,
		Time:          cbor.TimeRFC3339NanoUTC,
		TimeTag:       cbor.EncTagNone,
		ShortestFloat: cbor.ShortestFloatNone,
		IndefLength:   cbor.IndefLengthForbidden,
		TagsMd:        cbor.TagsForbidden,
	}.EncMode())
	lenient = must(decOptions(cbor.ExtraDecErrorNone).DecMode())
	strict  = must(decOptions(cbor.ExtraDecErrorUnknownField).DecMode())
)

func decOptions(extra cbor.ExtraDecErrorCond) cbor.DecOptions {
	return cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		MaxNestedLevels:   maxDepth,
		MaxArrayElements:  maxElements,
		MaxMapPairs:       maxElements,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		UTF8:              cbor.UTF8RejectInvalid,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		ExtraReturnErrors: extra,
	}
}

// must is for options fixed at compile time; a test builds them too.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// invalid is the error for a frame or command that breaks a rule of the
// protocol. People see it only if the program itself is wrong.
func invalid(format string, args ...any) *desk.Error {
	return &desk.Error{
		Code:    desk.CodeInvalid,
		Message: "What arrived does not follow the protocol.",
		Hint:    "Update Docket on both ends; if it stays, tell whoever runs the server.",
		Err:     fmt.Errorf(format, args...),
	}
}

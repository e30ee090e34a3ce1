package wire

import (
	"github.com/klauspost/compress/zstd"

	"docket/app/desk"
)

// MaxPage is the most a page may weigh when unpacked. A page that claims or
// turns out to be larger is refused after at most this much memory.
const MaxPage = 4 << 20

var (
	// Both are safe for concurrent use through EncodeAll and DecodeAll.
	packer = must(zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(512<<10)))
	unpacker = must(zstd.NewReader(nil,
		zstd.WithDecoderMaxMemory(MaxPage), zstd.WithDecoderMaxWindow(MaxPage),
		zstd.WithDecoderConcurrency(0)))
)

// The packer makes a channel when it is first used. Made here it belongs to no
// testing/synctest bubble, and any may use it.
func init() { packer.EncodeAll([]byte{0}, nil) }

// EncodePage gives the Body of a Page frame: zstd around CBOR.
func EncodePage(p desk.Page) ([]byte, error) {
	b, err := Marshal(p)
	if err != nil {
		return nil, err
	}
	if len(b) > MaxPage {
		return nil, invalid("page of %d bytes, at most %d", len(b), MaxPage)
	}
	return packer.EncodeAll(b, make([]byte, 0, len(b)/3)), nil
}

// DecodePage reads what EncodePage gave, within [MaxPage] of memory.
func DecodePage(body []byte) (desk.Page, error) {
	b, err := unpacker.DecodeAll(body, nil)
	if err != nil {
		return desk.Page{}, invalid("unpack page: %w", err)
	}
	var p desk.Page
	if err := Unmarshal(b, &p); err != nil {
		return desk.Page{}, invalid("page: %w", err)
	}
	if err := checkItems(p.Items); err != nil {
		return desk.Page{}, err
	}
	return p, nil
}

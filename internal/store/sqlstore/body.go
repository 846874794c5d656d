package sqlstore

import (
	_ "embed"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// dictionaries are those that bodies were ever written with, oldest first: a row holds the
// place of its own. The last one is written with. They never change; new ones are added.
//
//go:embed dictionary1.zstd
var dictionary1 []byte

// dictionary is the number of the dictionary that is written with; 0 is none.
const dictionary = 1

// maxBody bounds what one body may unpack to.
const maxBody = 256 << 20

// packer packs bodies. It may be used by many.
type packer struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newPacker() (*packer, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDict(dictionary1), zstd.WithEncoderCRC(false), zstd.WithEncoderConcurrency(4), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("read the dictionary: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderDicts(dictionary1), zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderConcurrency(4), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("read the dictionary: %w", err)
	}
	return &packer{encoder, decoder}, nil
}

// pack returns a body as it is kept.
func (p *packer) pack(body []byte) []byte {
	return p.encoder.EncodeAll(body, make([]byte, 0, len(body)/3+64))
}

// unpack returns the body of what pack made, at the end of to.
func (p *packer) unpack(kept, to []byte) ([]byte, error) {
	body, err := p.decoder.DecodeAll(kept, to)
	if err != nil {
		return nil, fmt.Errorf("unpack a body: %w", err)
	}
	return body, nil
}

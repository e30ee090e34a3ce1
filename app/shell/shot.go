package shell

import (
	"errors"
	"io"
	"os"

	"docket/app/desk"
)

// maxShot bounds a file that a desktop hands over.
const maxShot = 64 << 20

// errNoShot is for where no way to take a picture of the screen is open to programs.
var errNoShot = &desk.Error{
	Code: desk.CodeInvalid, Field: "files", Message: "Programs cannot take a picture of the screen here.",
	Hint: "Take one with the key for it, then paste it here or choose its file.",
}

// readAway reads a file that was made for this program alone, and removes it.
func readAway(path string) (_ []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(path)) }()
	return io.ReadAll(io.LimitReader(f, maxShot))
}

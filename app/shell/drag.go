package shell

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
)

// Lending is where a profile's readable copies of files lie for a moment: in
// memory where the session has such a place, and else in its own folder.
func Lending(profile string) string {
	base := os.Getenv("XDG_RUNTIME_DIR")
	if runtime.GOOS == "linux" && filepath.IsAbs(base) {
		sum := sha256.Sum256([]byte(profile))
		return filepath.Join(base, "docket-out-"+hex.EncodeToString(sum[:8]))
	}
	return filepath.Join(profile, "out")
}

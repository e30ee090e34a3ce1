package simnet

import "os"

// Scratch is where the files of a world in memory are best: in memory too, if
// there is such a place, else where temporary files are. Every sync of a real
// disk costs real time.
func Scratch() string {
	const shm = "/dev/shm"
	f, err := os.CreateTemp(shm, "docket-")
	if err != nil {
		return ""
	}
	_ = f.Close()
	_ = os.Remove(f.Name())
	return shm
}

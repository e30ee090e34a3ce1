package power_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// workerEnv makes the test's program a worker over the folder it names.
// Badger ends its process over some damage; that is answered at the next start,
// so the one who looks has to be another process.
const workerEnv = "DOCKET_POWER_WORKER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(workerEnv); dir != "" {
		if err := work(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

type question struct {
	Seed  uint64
	Again bool
}

type answer struct {
	Outcome, Wrong string
}

// work answers questions until there are none.
func work(dir string) error {
	l := &life{calls: story()}
	b, err := os.ReadFile(filepath.Join(dir, "life.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, l); err != nil {
		return err
	}
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var q question
		if err := in.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var a answer
		if a.Outcome, err = l.clone(filepath.Join(dir, "clone"), q.Seed, q.Again); err != nil {
			a.Wrong = err.Error()
		}
		if err := out.Encode(a); err != nil {
			return err
		}
	}
}

// worker is a process that answers.
type worker struct {
	dir    string
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *json.Decoder
	deaths int
}

func (w *worker) start() error {
	w.cmd = exec.Command(os.Args[0])
	w.cmd.Env = append(os.Environ(), workerEnv+"="+w.dir)
	var err error
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	w.out = json.NewDecoder(bufio.NewReader(out))
	return w.cmd.Start()
}

func (w *worker) stop() error {
	if w.cmd == nil {
		return nil
	}
	err := errors.Join(w.in.Close(), w.cmd.Wait())
	w.cmd = nil
	return err
}

// mostDeaths is how often the program may end over a damaged cache before it
// has found out: twice while it runs, and once while it looks thoroughly.
const mostDeaths = 3

// clone asks for one clone, starting the program anew when it ends over it.
func (w *worker) clone(seed uint64) (outcome string, err error) {
	for deaths := 0; deaths <= mostDeaths; deaths++ {
		if w.cmd == nil {
			if err := w.start(); err != nil {
				return "", err
			}
		}
		var a answer
		err := json.NewEncoder(w.in).Encode(question{seed, deaths > 0})
		if err == nil {
			err = w.out.Decode(&a)
		}
		if err == nil {
			if a.Wrong != "" {
				return "", errors.New(a.Wrong)
			}
			return a.Outcome, nil
		}
		_ = w.stop() // it is dead; how it ended does not matter
		w.deaths++
	}
	return "", fmt.Errorf("the program ended over this cache %d times in a row", mostDeaths+1)
}

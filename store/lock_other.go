//go:build !unix

package store

import (
	"errors"
	"os"

	"sereno/bot/text"
)

// lockFile takes the lock that keeps a second process from the same database:
// where the system has no lock that dies with its process, a file that must not
// exist, removed at the end. After a crash it has to be removed by hand.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, text.NewError("store.locked", "path", path)
	}
	if err != nil {
		return nil, err
	}
	return func() error { return errors.Join(f.Close(), os.Remove(path)) }, nil
}

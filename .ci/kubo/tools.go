//go:build tools

// Package tools pins the Kubo that .ci/run builds for the tests.
package tools

import _ "github.com/ipfs/kubo/cmd/ipfs"

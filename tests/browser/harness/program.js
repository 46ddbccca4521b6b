// The built program, started with the demonstration on a free port and a fresh folder, and stopped with all it made.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Starts `csm demo` and waits until it says that it is ready. */
export async function startProgram () {
  const binary = process.env.CSM_BINARY
  if (!binary) throw new Error('CSM_BINARY must name the built program; scripts/test-browser sets it')
  const folder = mkdtempSync(join(tmpdir(), 'csm-journeys-'))
  const listen = `127.0.0.1:${await freePort()}`
  const child = spawn(binary, ['demo', '--data', folder, '--listen', listen], {
    env: withoutSettings(process.env),
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const said = []
  const log = []
  createInterface({ input: child.stderr }).on('line', line => log.push(line))
  const ended = new Promise(resolve => child.once('exit', resolve))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const address = await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', line => {
        said.push(line)
        if (line.startsWith('ready ')) resolve(line.slice('ready '.length).trim().replace(/\/$/, ''))
      })
      child.once('error', reject)
      child.once('exit', code => reject(new Error(`csm ended with ${code}: ${[...said, ...log].join('\n')}`)))
    })
    return { address, folder, password: printedPassword(said), log, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The password that the demonstration prints for all of its people. */
function printedPassword (lines) {
  for (const line of lines) {
    const found = line.match(/password (\S+)/)
    if (found) return found[1]
  }
  throw new Error(`the demonstration printed no password:\n${lines.join('\n')}`)
}

// Settings of whoever runs the tests must not change what is tested; the program also refuses those it does not know.
function withoutSettings (environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('CSM_')))
}

function freePort () {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

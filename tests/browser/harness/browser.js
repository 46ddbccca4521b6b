// One Chromium for a file of journeys: the system's own, so that nothing is downloaded.
import { chromium } from 'playwright-core'
import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']

export async function startBrowser () {
  const executablePath = process.env.CSM_TEST_CHROMIUM ?? places.find(place => existsSync(place))
  if (!executablePath) throw new Error('Chromium is needed; scripts/install-tools test installs it')
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync']
  })
}

// Takes away what an earlier run left, so that nobody looks at a picture of yesterday.
import { rmSync } from 'node:fs'
import { output } from './output.js'

rmSync(output, { recursive: true, force: true })

// A whole cycle, from its plan to the second receipt, with JavaScript.
import { wholeCycle } from '../harness/whole-cycle.js'

wholeCycle({ javascript: true })

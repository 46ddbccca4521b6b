// A whole cycle, from its plan to the second receipt, without JavaScript.
import { wholeCycle } from '../harness/whole-cycle.js'

wholeCycle({ javascript: false })
